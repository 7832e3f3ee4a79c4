#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "encoding/cnf.h"
#include "encoding/universe.h"
#include "solver/explain/statement_search.h"
#include "solver/search/sat_solver.h"
#include "solver/search/stop_signal.h"

namespace satchel {

// One statement of an explanation, over the candidates of a universe. Each is true of the request
// and its channels; some of them together are impossible.
struct Statement {
  enum class Kind : std::uint8_t {
    kRequested,   // The target is there, out of `allowed`.
    kStays,       // The same, for a package that is to stay in whatever version.
    kKept,        // The same, for a package that is to stay as it is.
    kPinned,      // The target is out of `allowed`, if it is there.
    kNeeds,       // Each of `who` needs the target out of `allowed`.
    kConstrains,  // Each of `who` needs the target out of `allowed`, if it is there.
    kPriority,    // Channel priority hides `who`.
    kTooNew,      // exclude-newer hides `who`.
    kRemoval,     // `who` is to be removed.
    kVirtual,     // The machine has of the target (a virtual package) exactly what it has.
  };
  Kind kind;
  PackageId subject;          // None for the parts of a request and the last.
  std::vector<Word> who;      // Candidates of the subject.
  PackageId target;           // None where records are hidden.
  std::vector<Word> allowed;  // Candidates of the target.
  std::size_t part = 0;       // Of a part: which one of the problem.

  bool IsPart() const {
    return kind == Kind::kRequested || kind == Kind::kStays || kind == Kind::kKept ||
           kind == Kind::kPinned;
  }
  bool Demands() const { return kind == Kind::kNeeds || (IsPart() && kind != Kind::kPinned); }
  bool Hides() const {
    return kind == Kind::kPriority || kind == Kind::kTooNew || kind == Kind::kRemoval;
  }
};

// Whether some lines can hold together, and nothing else than they: a package is one candidate at
// most, no candidate needs anything but what a line says. Asked of StatementSearch first;
// CryptoMiniSat gets what that gives up, where candidates that no line tells apart are one
// variable, so that the problem is as small as its lines.
class StatementProblem final {
 public:
  // Lines of one group are taken and left together; lines of kAlways are never left.
  static constexpr std::uint32_t kAlways = 0xffffffff;

  // `lines` and `group_of_line` outlive this.
  StatementProblem(const Universe& universe, std::span<const Statement> lines,
                   std::span<const std::uint32_t> group_of_line);

  std::size_t num_groups() const { return num_groups_; }

  // Whether those of these groups and of kAlways can hold together.
  [[nodiscard]] Answer Solve(std::span<const std::uint32_t> groups, const StopSignal& stop);
  // After "no": groups that suffice, ascending.
  const std::vector<std::uint32_t>& core() const { return core_; }
  // After "yes": the candidates of each package chosen that no line tells apart.
  std::vector<std::pair<PackageId, std::vector<Position>>> Model() const;

 private:
  struct Block {
    PackageId package;
    std::vector<std::uint32_t> class_of;  // By position; kNone if no line demands it.
    std::vector<std::vector<Position>> members;
    std::vector<Literal> chosen;  // By class.
    // Of a virtual package: some version that does whatever is asked.
    Literal imaginary = Literal::False();
  };

  [[nodiscard]] Answer SolveBySat(std::span<const std::uint32_t> groups, const StopSignal& stop);
  void Encode();
  Block& BlockOf(PackageId package);
  void MakeBlocks();
  void MakeVariables(Block& block);
  void AddStatement(const Statement& line, Literal selector);
  std::vector<std::uint32_t> Classes(const Block& block, std::span<const Word> set) const;

  const Universe& universe_;
  const std::span<const Statement> lines_;
  const std::span<const std::uint32_t> group_of_line_;
  std::size_t num_groups_ = 0;
  StatementSearch search_;
  std::vector<std::uint32_t> core_;

  // Made when first needed.
  std::unique_ptr<SatSolver> solver_;
  bool by_sat_ = false;  // The last answer.
  Cnf cnf_;
  std::vector<Block> blocks_;
  std::vector<std::uint32_t> block_of_;  // By package.
  std::vector<Literal> selectors_;       // By group.
};

}  // namespace satchel
