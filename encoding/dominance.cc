#include "encoding/dominance.h"

#include <algorithm>

namespace satchel {
namespace {

// The nearest better candidates are the likeliest to be of the same make.
constexpr std::size_t kMaxCompared = 192;

class Comparison final {
 public:
  Comparison(const Domains& domains, PackageId package, std::span<const Position> candidates)
      : domains_(domains),
        universe_(domains.universe()),
        package_(package),
        candidates_(candidates),
        num_words_(WordsFor(candidates.size())) {
    for (const Position at : candidates) {
      const Links links = universe_.LinksOf(package, at);
      asked_.push_back({links, NamesIn(links.depends), NamesIn(links.constrains)});
    }
  }

  // The members of `set` among the candidates, by index. Nothing is told apart by none or all.
  void AddColumn(std::span<const Word> set) {
    std::vector<Word> column(num_words_, 0);
    std::size_t count = 0;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      if (Contains(set, candidates_[i])) {
        Insert(column, static_cast<Position>(i));
        ++count;
      }
    }
    if (count > 0 && count < candidates_.size()) {
      columns_.push_back(std::move(column));
    }
  }

  // Transposes the columns: row i has a bit for each set that candidate i is in. Many requirements
  // differ only in candidates that are gone; one column serves them all.
  std::vector<Word> TakeRows() {
    std::sort(columns_.begin(), columns_.end());
    columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
    row_words_ = WordsFor(columns_.size());
    std::vector<Word> rows(candidates_.size() * row_words_, 0);
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      ForEach(columns_[c], [&](Position i) {
        rows[i * row_words_ + c / kWordBits] |= Word{1} << (c % kWordBits);
      });
    }
    columns_.clear();
    return rows;
  }

  void SetRequirementRows(std::vector<Word> rows) {
    requirement_rows_ = std::move(rows);
    requirement_words_ = row_words_;
  }
  void SetDistinguishedRows(std::vector<Word> rows) {
    distinguished_rows_ = std::move(rows);
    distinguished_words_ = row_words_;
  }

  bool Dominates(std::size_t better, std::size_t worse) const {
    const CandidateList& list = universe_.List(package_);
    for (const Measure measure : {Measure::kLag, Measure::kLagAndFeatures}) {
      if (CostOf(list.candidates[candidates_[better]], measure) >
          CostOf(list.candidates[candidates_[worse]], measure)) {
        return false;
      }
    }
    for (std::size_t w = 0; w < requirement_words_; ++w) {
      if ((requirement_rows_[worse * requirement_words_ + w] &
           ~requirement_rows_[better * requirement_words_ + w]) != 0) {
        return false;
      }
    }
    const auto row = [&](std::size_t i) {
      return distinguished_rows_.begin() + static_cast<std::ptrdiff_t>(i * distinguished_words_);
    };
    if (!std::equal(row(better), row(better) + static_cast<std::ptrdiff_t>(distinguished_words_),
                    row(worse))) {
      return false;
    }
    const Asked& less = asked_[better];
    const Asked& more = asked_[worse];
    return (less.depends_names & ~more.depends_names) == 0 &&
           (less.constrains_names & ~more.constrains_names) == 0 &&
           AsksNoMore(less.links.depends, more.links.depends) &&
           AsksNoMore(less.links.constrains, more.links.constrains);
  }

 private:
  struct Asked {
    Links links;
    // A bit for each name in them, of 64 that names share: rules most pairs out at once.
    Word depends_names;
    Word constrains_names;
  };

  Word NamesIn(std::span<const RequirementId> requirements) const {
    Word names = 0;
    for (const RequirementId requirement : requirements) {
      names |= Word{1} << (universe_.RequirementOf(requirement).package.index() % kWordBits);
    }
    return names;
  }

  // Whether each requirement of `less` is one of `more`, or wider than one of them on the same
  // package.
  bool AsksNoMore(std::span<const RequirementId> less, std::span<const RequirementId> more) const {
    return std::all_of(less.begin(), less.end(), [&](RequirementId asked) {
      return std::binary_search(more.begin(), more.end(), asked) ||
             std::any_of(more.begin(), more.end(),
                         [&](RequirementId requirement) { return Implies(requirement, asked); });
    });
  }

  bool Implies(RequirementId narrow, RequirementId wide) const {
    const PackageId package = universe_.RequirementOf(wide).package;
    if (universe_.RequirementOf(narrow).package != package) {
      return false;
    }
    const std::span<const Word> domain = domains_.Domain(package);
    const std::span<const Word> inner = universe_.Allowed(narrow);
    const std::span<const Word> outer = universe_.Allowed(wide);
    for (std::size_t w = 0; w < domain.size(); ++w) {
      if ((inner[w] & domain[w] & ~outer[w]) != 0) {
        return false;
      }
    }
    return true;
  }

  const Domains& domains_;
  const Universe& universe_;
  const PackageId package_;
  const std::span<const Position> candidates_;
  const std::size_t num_words_;
  std::vector<Asked> asked_;
  std::vector<std::vector<Word>> columns_;
  std::size_t row_words_ = 0;
  std::vector<Word> requirement_rows_;
  std::size_t requirement_words_ = 0;
  std::vector<Word> distinguished_rows_;
  std::size_t distinguished_words_ = 0;
};

}  // namespace

std::vector<Position> WithoutDominated(const Domains& domains, PackageId package,
                                       std::span<const Position> candidates,
                                       std::span<const RequirementId> requirements,
                                       std::span<const std::vector<Word>> distinguished,
                                       std::vector<LeftOut>* left_out) {
  if (candidates.size() < 2) {
    return {candidates.begin(), candidates.end()};
  }
  Comparison comparison(domains, package, candidates);
  for (const RequirementId requirement : requirements) {
    comparison.AddColumn(domains.universe().Allowed(requirement));
  }
  comparison.SetRequirementRows(comparison.TakeRows());
  for (const std::vector<Word>& set : distinguished) {
    comparison.AddColumn(set);
  }
  comparison.SetDistinguishedRows(comparison.TakeRows());

  const Position installed = domains.universe().List(package).installed;
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const std::size_t first = kept.size() > kMaxCompared ? kept.size() - kMaxCompared : 0;
    const auto better =
        candidates[i] == installed
            ? kept.end()
            : std::find_if(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.end(),
                           [&](std::size_t b) { return comparison.Dominates(b, i); });
    if (better == kept.end()) {
      kept.push_back(i);
    } else {
      left_out->push_back({candidates[i], candidates[*better]});
    }
  }
  std::vector<Position> positions;
  positions.reserve(kept.size());
  for (const std::size_t i : kept) {
    positions.push_back(candidates[i]);
  }
  return positions;
}

}  // namespace satchel
