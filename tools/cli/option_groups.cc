#include "tools/cli/option_groups.h"

namespace satchel {

using enum Completion;

OptionGroup WantedOptions() {
  return {
      "What is wanted",
      {
          {"-f,--file", "FILE",
           "also what FILE asks for: an environment.yml, or a text file with a "
           "spec (or, after @EXPLICIT, a URL) a line; may be repeated",
           "", kFile, &Arguments::files},
          {"--remove", "NAME", "take a package (and what needs it) out of the environment", "",
           kNothing, &Arguments::remove},
          {"--pin", "SPEC", "whatever of this name is in the plan must match SPEC", "", kNothing,
           &Arguments::pins},
          {"--update-all", "", "prefer the newest of everything to what is installed", "", kNothing,
           &Arguments::update_all},
          {"--prune", "", "let go what nothing asks for any more", "", kNothing, &Arguments::prune},
          {"--no-deps", "", "only the packages named, whatever they need", "", kNothing,
           &Arguments::no_deps},
          {"--only-deps", "", "only what the packages named need", "", kNothing,
           &Arguments::only_deps},
      }};
}

OptionGroup SourceOptions() {
  return {
      "Where packages come from",
      {
          {"-c,--channel", "CHANNEL",
           "a name (conda-forge), a URL, a directory with SUBDIR/repodata.json (or .json.zst, "
           ".json.bz2), or a repodata file; repeat it for more channels, the "
           "most preferred first",
           "", kDirectory, &Arguments::channels},
          {"--override-channels", "",
           "only the channels of -c, not those of the configuration, of a --file or of specs such "
           "as bioconda::blast",
           "", kNothing, &Arguments::override_channels},
          {"--channel-alias", "PLACE",
           "where channels given by name are: conda-forge is PLACE/conda-forge, in a "
           "directory or on a server",
           "", kDirectory, &Arguments::channel_alias},
          {"--channel-priority", "MODE",
           "strict: a name in one channel hides it in those after; "
           "flexible (default): an earlier channel weighs more than a newer version; disabled: "
           "a newer version weighs more",
           "strict|flexible|disabled", kNothing, &Arguments::channel_priority},
          {"--platform", "PLATFORM",
           "solve for another platform (linux-64, osx-arm64, win-64, ...)", "", kNothing,
           &Arguments::platform},
          {"--exclude-newer", "DATE",
           "nothing built after DATE: 2024-05-31 (that day included), "
           "2024-05-31T12:00:00Z, or an age such as 7d, 2w, 6m, 1y",
           "", kNothing, &Arguments::exclude_newer},
          {"--offline", "", "use what was fetched earlier, however old, and ask no server", "",
           kNothing, &Arguments::offline},
          {"--insecure", "", "do not check the certificates of servers", "", kNothing,
           &Arguments::insecure},
          {"--no-rc", "", "read no .condarc file", "", kNothing, &Arguments::no_rc},
          {"--no-index-cache", "",
           "read the repodata itself, and keep no index of it for the next time", "", kNothing,
           &Arguments::no_index_cache},
      }};
}

OptionGroup EnvironmentOptions() {
  return {"The environment to change (without one, a new one is planned)",
          {
              {"-n,--name", "NAME", "the environment of this name (base: the root prefix)", "",
               kNothing, &Arguments::name},
              {"-p,--prefix", "DIR", "the environment in DIR", "", kDirectory, &Arguments::prefix},
              {"--installed", "FILE", "the environment that an @EXPLICIT file describes", "", kFile,
               &Arguments::installed},
          }};
}

OptionGroup TargetOptions() {
  return {"The environment",
          {
              {"-n,--name", "NAME", "the environment of this name (base: the root prefix)", "",
               kNothing, &Arguments::name},
              {"-p,--prefix", "DIR", "the environment in DIR", "", kDirectory, &Arguments::prefix},
          }};
}

OptionGroup ChangeOptions() {
  return {"How to change it",
          {
              {"-y,--yes", "", "do not ask", "", kNothing, &Arguments::yes},
              {"-d,--dry-run", "", "show what would be done, and do nothing", "", kNothing,
               &Arguments::dry_run},
              {"--download-only", "", "only make the packages ready in the package cache", "",
               kNothing, &Arguments::download_only},
              {"--copy", "", "copy files where they would be hard links", "", kNothing,
               &Arguments::copy},
              {"--no-pyc", "", "do not compile Python files", "", kNothing, &Arguments::no_pyc},
              {"--skip-run-link-scripts", "", "do not run the scripts of packages", "", kNothing,
               &Arguments::skip_scripts},
              {"--override-frozen", "", "change the environment though it is marked as frozen", "",
               kNothing, &Arguments::override_frozen},
          }};
}

OptionGroup SolverOptions() {
  return {
      "How to solve",
      {
          {"--objective", "NAME",
           "newest (default): the packages named as new as they can be "
           "together, then what they need; ordered: the first named first; lowest; lowest-direct; "
           "fewest-changes",
           "newest|ordered|lowest|lowest-direct|fewest-changes", kNothing, &Arguments::objective},
          {"--timeout", "SECONDS",
           "after this time print the best plan found, marked as not proven", "", kNothing,
           &Arguments::timeout},
          {"--certify", "", "prove each level of the optimum a second time, from scratch", "",
           kNothing, &Arguments::certify},
          {"--proof", "FILE",
           "if there is no plan: write the clauses (FILE.cnf) and a proof "
           "(FILE.frat) that other programs can check",
           "", kFile, &Arguments::proof},
      }};
}

OptionGroup OutputOptions() {
  return {"Output",
          {
              {"--json", "", "print conda's transaction in JSON (docs/json.md)", "", kNothing,
               &Arguments::json},
              {"--explicit", "", "print an @EXPLICIT file of URLs with hashes", "", kNothing,
               &Arguments::explicit_file},
              {"--export", "FILE",
               "write an environment.yml with exact versions (- for standard output)", "", kFile,
               &Arguments::export_file},
              {"-q,--quiet", "", "nothing but the plan: no notes, progress or times", "", kNothing,
               &Arguments::quiet},
              {"-v,--verbose", "", "also the levels of the optimum and how it was found", "",
               kNothing, &Arguments::verbose},
          }};
}

OptionGroup GeneralOptions() {
  return {"General", {{"-h,--help", "", "print this help", "", kNothing, &Arguments::help}}};
}

}  // namespace satchel
