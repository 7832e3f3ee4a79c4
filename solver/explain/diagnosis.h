#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace satchel {

// What a line of an explanation says; docs/json.md has the words for each.
enum class ReasonKind : std::uint8_t {
  kRequested,  // The target is asked for.
  kPinned,     // The target is limited, if it is there.
  kStays,  // The target is installed and may not go: it was asked for before, or a pin names it.
  kKept,   // The target is to stay exactly as it is.
  kNeeds,  // The subject needs the target.
  kConstrains,  // The subject limits the target, if it is there.
  kPriority,    // The subject is hidden by channel priority.
  kTooNew,      // The subject is newer than exclude-newer.
  kRemoval,     // The subject is to be removed.
  kVirtual,     // The machine's version of the target, or that it has none.
};

// One line of an explanation, a node of its tree. Every line is needed: without it the others could
// hold together.
struct Reason {
  static constexpr std::size_t kRoot = static_cast<std::size_t>(-1);

  ReasonKind kind = ReasonKind::kRequested;
  std::size_t parent = kRoot;  // Index of the line that this one explains further; before this one.
  // The candidates that the line is about, best first, as "conda-forge/linux-64::numpy-1.26.4-0".
  // None for the parts of a request.
  std::string subject;           // Name.
  std::string subject_versions;  // "1.20–1.24".
  std::vector<std::string> subject_records;
  std::string target;                       // Name; empty where records are hidden.
  std::string target_text;                  // "python >=3.9": what would do.
  std::vector<std::string> target_records;  // Those of them that there are, hidden or not.
  std::string text;                  // The whole line in words: "numpy 2.0.0 needs python >=3.9".
  std::vector<std::string> because;  // What it ends at: "but python=3.8 is requested".
  bool told_by_parent = false;       // The parent's `because` says it: not a line of its own.
  std::optional<std::size_t> part;   // Of a part of the request: index into Conflict::blamed.
};

// One step of a fix.
struct Change {
  enum class Kind : std::uint8_t {
    kRelaxPin,   // Pin the nearest version that works instead.
    kWidenSpec,  // Ask for the nearest version that works instead, or for the name that was meant.
    kDropSpec,   // Do not ask for it.
    kLetChange,  // Do not insist on a package staying as it is.
    kAllowChannel,      // Take one package from a channel that priority hides it in.
    kFlexiblePriority,  // Flexible channel priority instead of strict, for all packages.
    kAllowNewer,        // A later exclude-newer.
    kKeepPackage,       // Do not remove it.
    kLetGo,             // Remove a package that was asked for before.
    kNewerMachine,      // Another version of a virtual package.
  };
  Kind kind = Kind::kDropSpec;
  std::size_t index = 0;  // Of the pin, spec, package or removal in the request.
  std::string name;       // Of the package.
  std::string before;     // The spec as it was, "python=3.8"; empty where there was none.
  std::string after;      // What is there instead; empty for nothing.
  std::string text;       // "python=3.12 instead of python=3.8".
};

}  // namespace satchel
