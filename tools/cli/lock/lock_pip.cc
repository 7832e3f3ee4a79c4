#include "tools/cli/lock/lock_pip.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "frontend/files.h"
#include "frontend/lock/pip_lock.h"
#include "tools/cli/framework/interrupt.h"

namespace satchel {
namespace {

// What pip needs more than a channel of wheels for, which it does not look for on other platforms.
bool IsLocal(const std::string& line) {
  return line.starts_with("-") || line.starts_with(".") || line.starts_with("/") ||
         line.find("git+") != std::string::npos;
}

std::string CountOf(std::size_t count) {
  return absl::StrFormat("%d pip requirement%s not locked", count, count == 1 ? " is" : "s are");
}

std::vector<std::string> CommandOf(const Arguments& arguments) {
  if (arguments.pip_with.empty()) {
    return {"python3", "-m", "pip"};
  }
  std::vector<std::string> words;
  for (const std::string_view word : Split(arguments.pip_with, ' ')) {
    if (!word.empty()) {
      words.emplace_back(word);
    }
  }
  return words;
}

absl::Status LockPipOf(const Arguments& arguments, LockFormat format,
                       const InterruptGuard& interrupt, PlatformLock* lock) {
  auto* const locked = std::get_if<LockedPlatform>(&lock->outcome);
  if (locked == nullptr || lock->pip.empty()) {
    return absl::OkStatus();
  }
  PipQuestion question;
  std::vector<std::string> left;
  std::ranges::partition_copy(lock->pip, std::back_inserter(left),
                              std::back_inserter(question.requirements), IsLocal);
  question.directory =
      arguments.files.empty()
          ? std::string()
          : std::filesystem::path(AbsolutePath(arguments.files[0])).parent_path().string();
  question.locked = locked;
  question.virtual_packages = &lock->virtual_packages;
  std::string why = "they name no wheels";
  if (arguments.no_pip || arguments.offline) {
    why = arguments.no_pip ? "--no-pip" : "--offline";
    left = lock->pip;
  } else if (!question.requirements.empty()) {
    absl::StatusOr<std::vector<LockedPypi>> packages =
        ResolvePip(CommandOf(arguments), question, interrupt.flag());
    if (packages.ok()) {
      locked->pypi = *std::move(packages);
      locked->pip = left;
    } else if (absl::IsCancelled(packages.status())) {
      return packages.status();
    } else {
      why = ToStd(packages.status().message());
      left = lock->pip;
    }
  }
  if (!left.empty()) {
    lock->warnings.push_back(absl::StrFormat(
        "%s: %s: %s (%s)", locked->Label(), CountOf(left.size()),
        format == LockFormat::kCondaLock ? "pip resolves them when the environment is made"
                                         : "this format has no place for them",
        why));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LockPip(const Arguments& arguments, LockFormat format,
                     std::vector<PlatformLock>* locks) {
  const InterruptGuard interrupt;
  for (PlatformLock& lock : *locks) {
    RETURN_IF_ERROR(LockPipOf(arguments, format, interrupt, &lock));
  }
  return absl::OkStatus();
}

}  // namespace satchel
