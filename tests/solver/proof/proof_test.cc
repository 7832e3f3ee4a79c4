// The proofs that --proof writes, read back and checked step by step by something that knows no
// solver: each clause that a FRAT file adds must follow by unit propagation (RUP) from those there.

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"

#include "solver/proof/unsatisfiable_proof.h"
#include "solver/solve.h"
#include "tests/frontend/temporary_directory.h"
#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel {
namespace {

using Clause = std::vector<int>;  // DIMACS literals, sorted.

Clause ReadClause(std::istream& words) {
  Clause clause;
  for (int literal = 0; words >> literal && literal != 0;) {
    clause.push_back(literal);
  }
  std::sort(clause.begin(), clause.end());
  return clause;
}

class ProofChecker final {
 public:
  void ReadDimacs(const std::string& path) {
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      if (!line.starts_with("p") && !line.starts_with("c")) {
        formula_.insert(ReadClause(words));
      }
    }
  }

  // What is wrong with the proof; empty if it refutes the formula.
  std::string Check(const std::string& path) {
    std::ifstream file(path);
    bool refuted = false;
    for (std::string line; std::getline(file, line);) {
      std::istringstream words(line);
      char step = ' ';
      std::int64_t id = 0;
      words >> step >> id;
      const Clause clause = ReadClause(words);
      if (step == 'o' && !formula_.contains(clause) && !IsTautology(clause)) {
        return "not in the formula: " + line;
      }
      if (step == 'a' && !Follows(clause)) {
        return "does not follow: " + line;
      }
      if (step == 'o' || step == 'a') {
        active_[id] = clause;
        refuted |= clause.empty();
      } else if (step == 'd') {
        active_.erase(id);
      } else if (step != 'f') {
        return "unknown step: " + line;
      }
    }
    return refuted ? "" : "the empty clause is never derived";
  }

 private:
  static bool IsTautology(const Clause& clause) {
    return std::any_of(clause.begin(), clause.end(), [&](int literal) {
      return std::binary_search(clause.begin(), clause.end(), -literal);
    });
  }

  // Whether unit propagation finds a conflict if every literal of the clause is false.
  bool Follows(const Clause& clause) const {
    std::set<int> truths;
    for (const int literal : clause) {
      truths.insert(-literal);
    }
    for (bool changed = true; std::exchange(changed, false);) {
      for (const auto& [id, other] : active_) {
        int open = 0;
        int last = 0;
        for (const int literal : other) {
          if (truths.contains(literal)) {
            open = 2;  // Satisfied: says nothing.
            break;
          }
          if (!truths.contains(-literal)) {
            ++open;
            last = literal;
          }
        }
        if (open == 0) {
          return true;
        }
        changed |= open == 1 && truths.insert(last).second;
      }
    }
    return IsTautology(clause);
  }

  std::set<Clause> formula_;
  std::map<std::int64_t, Clause> active_;
};

// One pigeon more than there are holes: unit propagation alone does not refute it.
std::string Pigeons(int count) {
  std::string text = "channel c\n";
  std::string requests;
  for (int pigeon = 0; pigeon < count; ++pigeon) {
    requests += absl::StrFormat("request p%d\n", pigeon);
    for (int hole = 1; hole < count; ++hole) {
      text += absl::StrFormat("  p%d %d 0", pigeon, hole);
      std::string_view separator = " | constrains: ";
      for (int other = 0; other < count; ++other) {
        if (other != pigeon) {
          text += absl::StrFormat("%sp%d !=%d", std::exchange(separator, "; "), other, hole);
        }
      }
      text += "\n";
    }
  }
  return text + requests;
}

std::string CheckedProof(std::string_view text) {
  const absl::StatusOr<oracle::Universe> universe = oracle::ParseUniverse(text);
  if (!universe.ok()) {
    return std::string(universe.status().ToString());
  }
  const absl::StatusOr<oracle::World> world = oracle::BuildWorld(*universe);
  if (!world.ok()) {
    return std::string(world.status().ToString());
  }
  const testing::TemporaryDirectory directory;
  const std::string cnf = directory.path() + "/p.cnf";
  const std::string frat = directory.path() + "/p.frat";
  const absl::Status written = WriteUnsatisfiableProof(world->request, cnf, frat);
  if (!written.ok()) {
    return std::string(written.ToString());
  }
  ProofChecker checker;
  checker.ReadDimacs(cnf);
  return checker.Check(frat);
}

TEST(Proof, RefutesWhatIsPlain) {
  EXPECT_EQ(CheckedProof("channel c\n  a 1 0\nrequest b\n"), "");
  EXPECT_EQ(CheckedProof("channel c\n  a 1 0\n  a 2 0\nrequest a 1\nrequest a 2\n"), "");
  EXPECT_EQ(CheckedProof("channel c\n  a 1 0 | depends: b; d\n  b 1 0 | depends: c 1\n  c 1 0\n"
                         "  c 2 0\n  d 1 0 | depends: c >1\nrequest a\n"),
            "");
}

TEST(Proof, RefutesWhatNeedsASearch) {
  for (int count = 2; count <= 5; ++count) {
    EXPECT_EQ(CheckedProof(Pigeons(count)), "") << count << " pigeons";
  }
}

TEST(Proof, IsRefusedWhereThereIsAPlan) {
  EXPECT_EQ(CheckedProof("channel c\n  a 1 0\nrequest a\n"),
            "FAILED_PRECONDITION: the request is satisfiable: there is nothing to prove");
}

}  // namespace
}  // namespace satchel
