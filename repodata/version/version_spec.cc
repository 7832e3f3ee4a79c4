#include "repodata/version/version_spec.h"

#include "base/check.h"
#include "repodata/spec/glob.h"

namespace satchel {

VersionSpec::VersionSpec() : text_("*"), nodes_(1) {
  nodes_[0].end = 1;
}

bool VersionSpec::MatchesEverything() const {
  return nodes_[0].op == Op::kAlways;
}

bool VersionSpec::Holds(const Node& node, VersionRef version) const {
  const std::string_view operand = node.operand;
  switch (node.op) {
    case Op::kAlways:
      return true;
    case Op::kEqual:
      return version.key == operand;
    case Op::kNotEqual:
      return version.key != operand;
    case Op::kLess:
      return version.key < operand;
    case Op::kLessEqual:
      return version.key <= operand;
    case Op::kGreater:
      return version.key > operand;
    case Op::kGreaterEqual:
      return version.key >= operand;
    case Op::kStartsWith:
      return prefixes_[node.extra].Matches(version.key);
    case Op::kNotStartsWith:
      return !prefixes_[node.extra].Matches(version.key);
    case Op::kCompatible:
      return version.key >= operand && prefixes_[node.extra].Matches(version.key);
    case Op::kGlob:
      return GlobMatches(operand, version.text);
    case Op::kRegex:
      return regexes_[node.extra].MatchesPrefix(version.text);
    case Op::kText:
      return version.text == operand;
    case Op::kAnd:
    case Op::kOr:
      break;
  }
  SATCHEL_CHECK(false && "not a leaf");
}

// Recursion is as deep as parentheses are nested, which the parser bounds.
bool VersionSpec::HoldsAt(std::uint32_t index, VersionRef version) const {
  const Node& node = nodes_[index];
  if (node.op != Op::kAnd && node.op != Op::kOr) {
    return Holds(node, version);
  }
  const bool decides = node.op == Op::kOr;
  for (std::uint32_t child = index + 1; child < node.end; child = nodes_[child].end) {
    if (HoldsAt(child, version) == decides) {
      return decides;
    }
  }
  return !decides;
}

bool VersionSpec::Matches(VersionRef version) const {
  return HoldsAt(0, version);
}

}  // namespace satchel
