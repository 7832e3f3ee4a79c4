#include "tools/cli/environment/file_extras.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/link/script/child_process.h"
#include "frontend/request/request_file.h"
#include "frontend/scratch_directory.h"
#include "repodata/spec/match_spec.h"
#include "tools/cli/framework/interrupt.h"
#include "tools/cli/framework/settings.h"
#include "tools/cli/framework/terminal.h"
#include "tools/cli/shell/activation_context.h"

namespace satchel {
namespace {

bool NamesPip(const RequestFile& file) {
  const bool in_specs = std::ranges::any_of(file.specs, [](const SpecText& text) {
    const absl::StatusOr<MatchSpec> spec = MatchSpec::Parse(text.text);
    return spec.ok() && spec->name() == "pip";
  });
  return in_specs || std::ranges::count(file.packages, "pip", &ExplicitPackage::name) > 0;
}

// A requirements file beside the one that has them, since `-r other.txt` in it means a file there;
// in a temporary directory where that cannot be written.
absl::StatusOr<std::string> WriteRequirements(const PipRequest& request) {
  const std::string directory =
      std::filesystem::path(AbsolutePath(request.file)).parent_path().string();
  for (const std::string& place : {directory, TemporaryPlace()}) {
    std::string path = place + "/.satchel-requirements-XXXXXX.txt";
    constexpr int kSuffix = 4;
    const int descriptor = mkstemps(path.data(), kSuffix);
    if (descriptor < 0) {
      continue;
    }
    close(descriptor);
    std::string text;
    for (const std::string& line : request.lines) {
      text += line + "\n";
    }
    RETURN_IF_ERROR(EditFile(path, text));
    return path;
  }
  return absl::PermissionDeniedError(absl::StrFormat(
      "pip: no place for a requirements file: neither %s nor %s", directory, TemporaryPlace()));
}

std::vector<std::string> PipCommand(const ChangeArguments& arguments, const std::string& prefix,
                                    const PipRequest& request, const std::string& requirements) {
  // Through `run`, so that the environment is active for what pip has to build.
  std::vector<std::string> command = {ProgramPath(), "run", "--prefix", prefix, "--"};
  const std::string python = prefix + "/bin/python";
  const std::vector<std::string> tool =
      arguments.pip_with == "uv"
          ? std::vector<std::string>{"uv", "pip", "install", "--python", python}
          : std::vector<std::string>{python,
                                     "-m",
                                     "pip",
                                     "install",
                                     "--no-input",
                                     "--disable-pip-version-check",
                                     "--exists-action=b"};
  command.insert(command.end(), tool.begin(), tool.end());
  for (const char* word : {"--upgrade", "-r"}) {
    command.emplace_back(word);
  }
  command.push_back(requirements);
  if (request.exact) {
    command.emplace_back("--no-deps");
  }
  return command;
}

absl::Status InstallWithPip(const Arguments& arguments, const std::string& prefix,
                            const PipRequest& request) {
  const std::string tool = arguments.pip_with.empty() ? "pip" : arguments.pip_with;
  ASSIGN_OR_RETURN(const std::string requirements, WriteRequirements(request));
  const auto remove = absl::MakeCleanup([&requirements] { unlink(requirements.c_str()); });
  const InterruptGuard interrupt;
  ChildOptions options;
  options.cancel = interrupt.flag();
  options.directory = std::filesystem::path(AbsolutePath(request.file)).parent_path().string();
  const bool shows = !arguments.quiet && !arguments.json;
  std::string line;
  if (shows) {
    options.heard = [&line](std::string_view text) {
      line += text;
      const std::size_t end = line.rfind('\n') + 1;
      PrintNote(line.substr(0, end));  // Not in the middle of a character.
      line.erase(0, end);
    };
  }
  ASSIGN_OR_RETURN(const ChildResult result,
                   RunChild(PipCommand(arguments, prefix, request, requirements), options));
  PrintNote(line);
  if (result.exit_code == 0) {
    return absl::OkStatus();
  }
  const std::string said(StripSpace(result.output));
  return absl::AbortedError(absl::StrFormat(
      "the packages of the channels are installed in %s, but %s failed with exit code %d on the "
      "'pip:' section of %s%s; 'satchel env update --prefix %s --file %s' tries again",
      prefix, tool, result.exit_code, request.file, shows || said.empty() ? "" : " (" + said + ")",
      AsTyped(prefix), AsTyped(request.file)));
}

// pip wants a hash of all or of none in one go. What a lock file has without one it only asks for.
void AddPip(const std::string& path, std::vector<std::string> lines, bool is_exact,
            FileExtras* extras) {
  const auto others = std::ranges::stable_partition(lines, [is_exact](const std::string& line) {
    return is_exact && line.find(" --hash=") != std::string::npos;
  });
  std::vector<std::string> without_hash(others.begin(), others.end());
  lines.erase(others.begin(), others.end());
  if (!lines.empty()) {
    extras->pip.push_back({path, std::move(lines), is_exact});
  }
  if (!without_hash.empty()) {
    extras->pip.push_back({path, std::move(without_hash), false});
  }
}

}  // namespace

absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments) {
  ASSIGN_OR_RETURN(const Configuration configuration, LoadSettings(arguments));
  ASSIGN_OR_RETURN(const std::string platform, PlatformOf(configuration));
  return ReadFileExtras(arguments, platform);
}

absl::StatusOr<FileExtras> ReadFileExtras(const Arguments& arguments, const std::string& platform) {
  FileExtras extras;
  for (const std::string& path : arguments.files) {
    ASSIGN_OR_RETURN(RequestFile file, ReadRequestFile(path, platform, PartsOf(arguments)));
    extras.names_pip = extras.names_pip || NamesPip(file);
    extras.is_explicit = extras.is_explicit || file.is_explicit;
    const bool can_install = !file.is_explicit || NamesPip(file) || !arguments.pip_with.empty();
    if (can_install && !arguments.no_pip) {
      AddPip(path, std::move(file.pip), file.is_explicit, &extras);
    }
    for (const auto& [name, value] : file.variables) {
      extras.variables[name] = value;
    }
    if (extras.name.empty()) {
      extras.name = file.name;
    }
    if (extras.prefix.empty()) {
      extras.prefix = ExpandPath(file.prefix);
    }
  }
  return extras;
}

absl::Status SetVariables(const std::string& prefix, const FileExtras& extras) {
  if (extras.variables.empty()) {
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(VariableMap variables, UserVariables(prefix));
  for (const auto& [name, value] : extras.variables) {
    variables[name] = value;
  }
  return WriteUserVariables(prefix, variables);
}

absl::Status InstallPipPackages(const Arguments& arguments, const std::string& prefix,
                                const FileExtras& extras) {
  for (const PipRequest& request : extras.pip) {
    RETURN_IF_ERROR(InstallWithPip(arguments, prefix, request));
  }
  return absl::OkStatus();
}

}  // namespace satchel
