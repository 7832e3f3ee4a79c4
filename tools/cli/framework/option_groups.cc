#include "tools/cli/framework/option_groups.h"

namespace satchel {

using enum Completion;

OptionGroup WantedOptions() {
  return {
      "Request",
      {
          {"-f,--file", "FILE",
           "also what FILE lists: an environment.yml, or a text file with one spec (or, after "
           "@EXPLICIT, one "
           "URL) a line; may be repeated",
           &Arguments::files, "", kFile},
          {"--category", "NAME",
           "of a --file with categories, such as conda-lock.yml or pyproject.toml, also this one; "
           "may be repeated",
           &Arguments::categories},
          {"--environment", "NAME",
           "of a pixi.toml or pixi.lock, this environment instead of 'default'",
           &Arguments::file_environment},
          {"--remove", "NAME", "remove a package, and what needs it, from the environment",
           &Arguments::remove},
          {"--pin", "SPEC", "if a package of this name is in the plan, it must match SPEC",
           &Arguments::pins},
          {"--update-all", "", "update all packages, not only those named", &Arguments::update_all},
          {"--prune", "", "remove packages that nothing needs any more", &Arguments::prune},
          {"--no-deps", "", "only the packages named, without their dependencies",
           &Arguments::no_deps},
          {"--only-deps", "", "only the dependencies of the packages named", &Arguments::only_deps},
      }};
}

OptionGroup SourceOptions() {
  return {
      "Channels",
      {
          {"-c,--channel", "CHANNEL",
           "a name (conda-forge), a URL, a directory with SUBDIR/repodata.json (or .json.zst, "
           ".json.bz2), or a repodata file; repeat it for more channels, the "
           "most preferred first",
           &Arguments::channels, "", kDirectory},
          {"--override-channels,-O", "",
           "only the channels of -c, not those of the configuration, of a --file or of specs such "
           "as bioconda::blast",
           &Arguments::override_channels},
          {"--channel-alias", "PLACE",
           "where channels given by name are: conda-forge is PLACE/conda-forge, in a "
           "directory or on a server",
           &Arguments::channel_alias, "", kDirectory},
          {"--strict-channel-priority", "", "the same as --channel-priority strict",
           &Arguments::strict_channel_priority},
          {"--no-channel-priority", "", "the same as --channel-priority disabled",
           &Arguments::no_channel_priority},
          {"--channel-priority", "MODE",
           "strict: a name in one channel hides it in those after; "
           "flexible (default): an earlier channel weighs more than a newer version; disabled: "
           "a newer version weighs more",
           &Arguments::channel_priority, "strict|flexible|disabled"},
          {"--no-channel-relations", "",
           "only the channels given, not those that they name as theirs",
           &Arguments::no_channel_relations},
          {"--platform,--subdir", "PLATFORM",
           "solve for another platform (linux-64, osx-arm64, win-64, ...)", &Arguments::platform},
          {"--exclude-newer", "DATE",
           "nothing built after DATE: 2024-05-31 (that day included), "
           "2024-05-31T12:00:00Z, or an age such as 7d, 2w, 6m, 1y",
           &Arguments::exclude_newer},
          {"--offline", "", "use cached data, however old; contact no server", &Arguments::offline},
          {"-C,--use-index-cache", "", "use cached repodata, however old, if there is any",
           &Arguments::use_index_cache},
          {"-k,--insecure", "", "do not check the certificates of servers", &Arguments::insecure},
          {"--no-rc", "", "read no .condarc file", &Arguments::no_rc},
          {"--no-index-cache", "", "read the repodata itself and keep no index of it",
           &Arguments::no_index_cache},
      }};
}

OptionGroup EnvironmentOptions() {
  return {"The environment to change (default: plan a new one)",
          {
              {"-n,--name", "NAME", "the environment of this name (base: the root prefix)",
               &Arguments::name},
              {"-p,--prefix", "DIR", "the environment in DIR", &Arguments::prefix, "", kDirectory},
              {"--installed", "FILE", "the environment that an @EXPLICIT file describes",
               &Arguments::installed, "", kFile},
          }};
}

OptionGroup TargetOptions() {
  return {"The environment",
          {
              {"-n,--name", "NAME", "the environment of this name (base: the root prefix)",
               &Arguments::name},
              {"-p,--prefix", "DIR", "the environment in DIR", &Arguments::prefix, "", kDirectory},
          }};
}

OptionGroup ChangeOptions() {
  return {"Transaction",
          {
              {"-y,--yes", "", "do not ask", &Arguments::yes},
              {"-d,--dry-run", "", "only show what would be done", &Arguments::dry_run},
              {"--download-only", "", "only download and extract packages into the cache",
               &Arguments::download_only},
              {"--copy", "", "copy files instead of making hard links", &Arguments::copy},
              {"--no-pyc", "", "do not compile Python files", &Arguments::no_pyc},
              {"--skip-run-link-scripts", "", "do not run the scripts of packages",
               &Arguments::skip_scripts},
              {"--override-frozen", "", "change the environment even if it is marked as frozen",
               &Arguments::override_frozen},
          }};
}

OptionGroup SolverOptions() {
  return {
      "Solver",
      {
          {"--objective", "NAME",
           "newest (default): the packages named as new as they can be "
           "together, then what they need; ordered: the first named first; lowest; lowest-direct; "
           "fewest-changes",
           &Arguments::objective, "newest|ordered|lowest|lowest-direct|fewest-changes"},
          {"--engine", "NAME",
           "auto (default); sat: by the SAT solver alone, slower, with the same answer",
           &Arguments::engine, "auto|sat"},
          {"--timeout", "SECONDS",
           "after this time print the best plan found so far, marked as not proven",
           &Arguments::timeout},
          {"--certify", "", "prove each level of the optimum again, from scratch",
           &Arguments::certify},
          {"--proof", "FILE",
           "if there is no plan: write the clauses (FILE.cnf) and a proof "
           "(FILE.frat) that other programs can check",
           &Arguments::proof, "", kFile},
          {"--certificate", "DIR",
           "write into the new directory DIR what lets others check the answer: "
           "tools/check_certificate.py DIR",
           &Arguments::certificate, "", kDirectory},
      }};
}

OptionGroup OutputOptions() {
  return {
      "Output",
      {
          {"--json", "", "print conda's transaction in JSON (docs/json.md)", &Arguments::json},
          {"--explicit", "", "print an @EXPLICIT file of URLs with hashes",
           &Arguments::explicit_file},
          {"--export", "FILE",
           "write an environment.yml with exact versions (- for standard output)",
           &Arguments::export_file, "", kFile},
          {"-q,--quiet", "", "print only the plan: no notes, progress or times", &Arguments::quiet},
          {"-v,--verbose", "", "also print the levels of the objective and how the plan was found",
           &Arguments::verbose},
      }};
}

OptionGroup GeneralOptions() {
  return {"General", {{"-h,--help", "", "print this help", &Arguments::help}}};
}

}  // namespace satchel
