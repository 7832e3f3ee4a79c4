// The text of a VersionSpec, read as conda's treeify() and get_matcher() read it
// (conda/models/version.py). The order of the tests in Leaf() is conda's and decides what doubtful
// texts mean; tests/conformance has conda's verdicts.

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"

#include "base/status_macros.h"
#include "base/strings.h"
#include "repodata/version/version_lexer.h"
#include "repodata/version/version_relation.h"
#include "repodata/version/version_spec.h"

namespace satchel {
namespace {

constexpr int kMaxDepth = 100;  // Of parentheses; conda stops at Python's recursion limit.

constexpr std::string_view kTreeCharacters = "()|,^$";

bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

std::string_view StripSuffix(std::string_view text, char c) {
  while (text.ends_with(c)) {
    text.remove_suffix(1);
  }
  return text;
}

// What "~=" wants a version to start with: the operand without what follows its last '.'.
std::string CompatiblePrefix(std::string_view version) {
  std::string normal;
  internal::NormalizeVersion(version, &normal);
  const std::size_t dot = normal.rfind('.');
  normal.resize(dot == std::string::npos ? 0 : dot);
  return normal;
}

}  // namespace

class VersionSpecParser final {
 public:
  explicit VersionSpecParser(std::string_view text) : whole_(text) { spec_.nodes_.clear(); }

  absl::StatusOr<VersionSpec> Parse() {
    const std::size_t first = whole_.find_first_of(kTreeCharacters);
    if (first == std::string_view::npos) {
      RETURN_IF_ERROR(Leaf(StripSpace(whole_)));
    } else if (IsFlat(whole_[first])) {
      RETURN_IF_ERROR(EmitFlat(whole_[first]));
    } else {
      ASSIGN_OR_RETURN(const Tree tree, Treeify(whole_));
      RETURN_IF_ERROR(Emit(tree));
    }
    return std::move(spec_);
  }

 private:
  using Op = VersionSpec::Op;
  using Node = VersionSpec::Node;

  // A leaf's text, or the operands of one operator.
  struct Tree {
    char op = 0;    // ',' or '|'; 0 for a leaf.
    int depth = 0;  // Of operators below each other.
    std::string_view leaf;
    std::vector<Tree> operands;
  };

  absl::Status Invalid(std::string_view why) const {
    return absl::InvalidArgumentError(
        absl::StrFormat("invalid version spec '%s': %s", whole_, why));
  }

  // "1.2 invalid version" becomes an error of the spec that holds it.
  template <typename T>
  absl::Status Wrap(const absl::StatusOr<T>& result) const {
    return absl::Status(
        result.status().code(),
        absl::StrFormat("invalid version spec '%s': %s", whole_, ToStd(result.status().message())));
  }

  bool IsFlat(char op) const;
  absl::Status EmitFlat(char op);
  absl::Status Emit(const Tree& tree);
  absl::Status Leaf(std::string_view text);
  absl::Status RelationLeaf(std::string_view text);
  absl::Status GlobLeaf(std::string_view text);
  absl::StatusOr<Tree> Treeify(std::string_view text);
  absl::Status ApplyOperators(std::string_view lower, std::vector<char>* stack,
                              std::vector<Tree>* output) const;

  Node& Add(Op op) {
    Node& node = spec_.nodes_.emplace_back();
    node.op = op;
    node.end = static_cast<std::uint32_t>(spec_.nodes_.size());
    return node;
  }
  absl::Status AddKey(Op op, std::string_view version);
  absl::Status AddPrefix(Op op, std::string_view version);
  absl::Status AddRegex(const std::string& pattern);

  std::string_view whole_;
  VersionSpec spec_;
};

// The next token of an expression: a regular expression "^...$", one of "()|,", or anything up to
// the next of those.
std::string_view TakeToken(std::string_view* rest) {
  const std::size_t begin = static_cast<std::size_t>(
      std::find_if_not(rest->begin(), rest->end(), IsSpace) - rest->begin());
  std::size_t end = 0;
  if (begin < rest->size() && (*rest)[begin] == '^') {
    end = rest->find('$', begin) + 1;  // 0 if there is none.
  } else if (begin < rest->size() && std::string_view("()|,").find((*rest)[begin]) != rest->npos) {
    end = begin + 1;
  }
  if (end == 0) {
    end = std::min(rest->find_first_of("()|,"), rest->size());
  }
  const std::string_view token = StripSpace(rest->substr(0, end));
  rest->remove_prefix(end);
  return token;
}

// Applies the operators on the stack down to one that is in `lower`. An operand of the same
// operator is merged: "a|(b|c)" is one "|" of three.
absl::Status VersionSpecParser::ApplyOperators(std::string_view lower, std::vector<char>* stack,
                                               std::vector<Tree>* output) const {
  while (!stack->empty() && lower.find(stack->back()) == std::string_view::npos) {
    if (output->size() < 2) {
      return Invalid("an operator lacks an operand");
    }
    Tree right = std::move(output->back());
    output->pop_back();
    Tree left = std::move(output->back());
    output->pop_back();
    const char op = stack->back();
    stack->pop_back();
    const int depth =
        std::max(left.depth + (left.op == op ? 0 : 1), right.depth + (right.op == op ? 0 : 1));
    if (depth > kMaxDepth) {
      return Invalid("too many parentheses");
    }
    if (left.op != op) {
      Tree tree;
      tree.op = op;
      tree.operands.push_back(std::move(left));
      left = std::move(tree);
    }
    left.depth = depth;
    if (right.op == op) {
      std::move(right.operands.begin(), right.operands.end(), std::back_inserter(left.operands));
    } else {
      left.operands.push_back(std::move(right));
    }
    output->push_back(std::move(left));
  }
  return absl::OkStatus();
}

// Operator precedence parsing with ',' above '|'. Like conda's, it does not mind two operands side
// by side ("1.5(1.6)") and returns the first of them.
absl::StatusOr<VersionSpecParser::Tree> VersionSpecParser::Treeify(std::string_view text) {
  std::vector<char> stack = {'('};
  std::vector<Tree> output;
  std::string_view rest = StripSpace(text);
  for (bool more = true; more;) {
    more = !rest.empty();
    const std::string_view token = more ? TakeToken(&rest) : ")";
    if (token == "|") {
      RETURN_IF_ERROR(ApplyOperators("(", &stack, &output));
      stack.push_back('|');
    } else if (token == ",") {
      RETURN_IF_ERROR(ApplyOperators("|(", &stack, &output));
      stack.push_back(',');
    } else if (token == "(") {
      stack.push_back('(');
    } else if (token == ")") {
      RETURN_IF_ERROR(ApplyOperators("(", &stack, &output));
      if (stack.empty()) {
        return Invalid("unbalanced ')'");
      }
      stack.pop_back();
    } else {
      output.emplace_back().leaf = token;
    }
  }
  if (!stack.empty()) {
    return Invalid("unbalanced '('");
  }
  if (output.empty()) {
    return Invalid("no version in it");
  }
  return std::move(output[0]);
}

// Recursion is as deep as ApplyOperators lets trees get.
absl::Status VersionSpecParser::Emit(const Tree& tree) {
  if (tree.op == 0) {
    return Leaf(tree.leaf);
  }
  const std::size_t index = spec_.nodes_.size();
  Add(tree.op == '|' ? Op::kOr : Op::kAnd);
  std::string joined;
  for (const Tree& operand : tree.operands) {
    RETURN_IF_ERROR(Emit(operand));
    if (!joined.empty()) {
      joined += tree.op;
    }
    joined += spec_.text_;  // What Emit left there. conda prints no parentheses either.
  }
  spec_.text_ = std::move(joined);
  spec_.nodes_[index].end = static_cast<std::uint32_t>(spec_.nodes_.size());
  return absl::OkStatus();
}

// Whether it is ">=1.8,<2" or "1.7|1.8": leaves with `op` between them and no more, as nearly all
// are that are no leaf.
bool VersionSpecParser::IsFlat(char op) const {
  const bool is_operator = op == ',' || op == '|';
  const std::string_view others = op == ',' ? "()|^$" : "(),^$";
  const std::string_view text = StripSpace(whole_);
  if (!is_operator || text.find_first_of(others) != std::string_view::npos || text.front() == op ||
      text.back() == op) {
    return false;
  }
  // Nothing between two operators is an error that the general way finds.
  char before = 0;
  for (const char c : text) {
    if (c == op && before == op) {
      return false;
    }
    before = IsSpace(c) ? before : c;
  }
  return true;
}

absl::Status VersionSpecParser::EmitFlat(char op) {
  Add(op == '|' ? Op::kOr : Op::kAnd);
  std::string joined;
  std::string_view rest = whole_;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = rest.find(op);
    RETURN_IF_ERROR(Leaf(StripSpace(rest.substr(0, end))));
    if (!joined.empty()) {
      joined += op;
    }
    joined += spec_.text_;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  spec_.text_ = std::move(joined);
  spec_.nodes_[0].end = static_cast<std::uint32_t>(spec_.nodes_.size());
  return absl::OkStatus();
}

absl::Status VersionSpecParser::AddKey(Op op, std::string_view version) {
  absl::StatusOr<Version> parsed = Version::Parse(version);
  if (!parsed.ok()) {
    return Wrap(parsed);
  }
  Add(op).operand = parsed->key();
  return absl::OkStatus();
}

absl::Status VersionSpecParser::AddPrefix(Op op, std::string_view version) {
  absl::StatusOr<VersionPrefix> parsed = VersionPrefix::Parse(version);
  if (!parsed.ok()) {
    return Wrap(parsed);
  }
  Add(op).extra = static_cast<std::uint32_t>(spec_.prefixes_.size());
  spec_.prefixes_.push_back(*std::move(parsed));
  return absl::OkStatus();
}

absl::Status VersionSpecParser::AddRegex(const std::string& pattern) {
  absl::StatusOr<Regex> regex = Regex::Compile(pattern);
  if (!regex.ok()) {
    return Wrap(regex);
  }
  Add(Op::kRegex).extra = static_cast<std::uint32_t>(spec_.regexes_.size());
  spec_.regexes_.push_back(*std::move(regex));
  return absl::OkStatus();
}

// Ensures: text_ is the leaf as conda prints it.
absl::Status VersionSpecParser::Leaf(std::string_view text) {
  if (text.empty()) {
    return Invalid("a part of it is empty");
  }
  spec_.text_ = text;
  if (text.front() == '^' || text.back() == '$') {
    if (text.front() != '^' || text.back() != '$') {
      return Invalid("a regular expression begins with '^' and ends with '$'");
    }
    return AddRegex(spec_.text_);
  }
  if (std::string_view("=<>!~").find(text.front()) != std::string_view::npos) {
    return RelationLeaf(text);
  }
  if (text == "*") {
    Add(Op::kAlways);
    return absl::OkStatus();
  }
  if (StripSuffix(text, '*').find('*') != std::string_view::npos) {
    return GlobLeaf(text);
  }
  if (text.back() == '*') {
    if (!text.ends_with(".*")) {
      spec_.text_.pop_back();
      spec_.text_ += ".*";
    }
    const std::string prefix(StripSuffix(StripSuffix(spec_.text_, '*'), '.'));
    return AddPrefix(Op::kStartsWith, prefix);
  }
  if (text.find('@') == std::string_view::npos) {
    return AddKey(Op::kEqual, text);
  }
  Add(Op::kText).operand = text;
  return absl::OkStatus();
}

absl::Status VersionSpecParser::RelationLeaf(std::string_view text) {
  internal::Relation relation;
  if (!internal::SplitRelation(text, &relation)) {
    return Invalid("not an operator (== != <= >= < > = ~=) followed by a version");
  }
  const std::string_view op = relation.op;
  const bool has_star = relation.version.ends_with(".*");
  if (has_star) {
    relation.version.remove_suffix(2);
  }
  if (op == "=") {
    return AddPrefix(Op::kStartsWith, relation.version);
  }
  if (op == "!=" && has_star) {
    return AddPrefix(Op::kNotStartsWith, relation.version);
  }
  if (op == "~=") {
    if (has_star) {
      return Invalid("~= does not go with .*");
    }
    if (relation.version.find('.') == std::string_view::npos) {
      return Invalid("~= needs a version of two segments or more");
    }
    RETURN_IF_ERROR(AddKey(Op::kCompatible, relation.version));
    std::string key = std::move(spec_.nodes_.back().operand);
    spec_.nodes_.pop_back();
    RETURN_IF_ERROR(AddPrefix(Op::kCompatible, CompatiblePrefix(relation.version)));
    spec_.nodes_.back().operand = std::move(key);
    return absl::OkStatus();
  }
  return AddKey(op == "=="   ? Op::kEqual
                : op == "!=" ? Op::kNotEqual
                : op == "<=" ? Op::kLessEqual
                : op == ">=" ? Op::kGreaterEqual
                : op == "<"  ? Op::kLess
                             : Op::kGreater,
                relation.version);
}

// A '*' inside: conda makes it a regular expression in which only '.', '+' and '*' lose their
// meaning.
absl::Status VersionSpecParser::GlobLeaf(std::string_view text) {
  if (text.find_first_of("?[]{}\\") == std::string_view::npos) {
    Add(Op::kGlob).operand = text;
    return absl::OkStatus();
  }
  std::string pattern = "^(?:";
  for (const char c : text) {
    if (c == '.' || c == '+') {
      pattern += '\\';
    }
    pattern += c == '*' ? std::string(".*") : std::string(1, c);
  }
  return AddRegex(pattern + ")$");
}

absl::StatusOr<VersionSpec> VersionSpec::Parse(std::string_view text) {
  return VersionSpecParser(text).Parse();
}

}  // namespace satchel
