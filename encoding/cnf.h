#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

namespace satchel {

// A variable or its negation. Coded 2 * variable + (1 if negated), so that it indexes arrays;
// files (DIMACS) number variables from 1 and negate by sign. The two constants let an encoder say
// "always" without a variable.
class Literal {
 public:
  constexpr Literal() = default;  // Undefined.
  static constexpr Literal Positive(std::uint32_t variable) { return Literal(2 * variable); }
  static constexpr Literal True() { return Literal(0xfffffffc); }
  static constexpr Literal False() { return Literal(0xfffffffd); }

  constexpr Literal operator~() const { return Literal(code_ ^ 1); }
  constexpr std::uint32_t variable() const { return code_ / 2; }
  constexpr bool negated() const { return (code_ & 1) != 0; }
  constexpr bool defined() const { return code_ != kUndefined; }
  constexpr bool IsTrue() const { return *this == True(); }
  constexpr bool IsFalse() const { return *this == False(); }
  constexpr std::uint32_t code() const { return code_; }
  constexpr std::int64_t Dimacs() const {
    return negated() ? -static_cast<std::int64_t>(variable()) - 1
                     : static_cast<std::int64_t>(variable()) + 1;
  }

  friend constexpr auto operator<=>(Literal, Literal) = default;

 private:
  static constexpr std::uint32_t kUndefined = 0xfffffffe;
  constexpr explicit Literal(std::uint32_t code) : code_(code) {}
  std::uint32_t code_ = kUndefined;
};

// Clauses in one flat array. Adding a clause resolves constants: a clause with True is dropped, and
// False is dropped from its clause.
class Cnf final {
 public:
  Literal NewVariable() { return Literal::Positive(num_variables_++); }
  void AddClause(std::span<const Literal> clause) {
    const std::size_t start = literals_.size();
    for (const Literal literal : clause) {
      if (literal.IsTrue()) {
        literals_.resize(start);
        return;
      }
      if (!literal.IsFalse()) {
        literals_.push_back(literal);
      }
    }
    ends_.push_back(static_cast<std::uint32_t>(literals_.size()));
  }
  void AddClause(std::initializer_list<Literal> clause) {
    AddClause(std::span<const Literal>(clause.begin(), clause.size()));
  }
  // from -> to.
  void AddImplication(Literal from, Literal to) { AddClause({~from, to}); }

  std::uint32_t num_variables() const { return num_variables_; }
  std::size_t num_clauses() const { return ends_.size(); }
  std::span<const Literal> clause(std::size_t i) const {
    const std::uint32_t first = i == 0 ? 0 : ends_[i - 1];
    return {literals_.data() + first, ends_[i] - first};
  }

 private:
  std::uint32_t num_variables_ = 0;
  std::vector<Literal> literals_;
  std::vector<std::uint32_t> ends_;
};

}  // namespace satchel
