#include "encoding/plain_encoder.h"

#include "encoding/asked.h"
#include "encoding/staying.h"

namespace satchel {

PlainEncoding::PlainEncoding(Universe& universe) : universe_(universe) {
  Reach();
  present_.resize(universe_.num_packages());
  chosen_.resize(universe_.num_packages());
  requirements_.resize(universe_.num_requirements());
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    AddPackage(PackageId(i));
  }
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {
    AddLinks(PackageId(i));
  }
  for (const MatchSpec& spec : universe_.request().specs) {
    if (CountsAlways(universe_.request(), spec)) {
      cnf_.AddClause({present_[universe_.Intern(spec.name()).index()]});
    }
  }
  for (const RequirementId requirement : universe_.RequestRequirements()) {
    Require(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
  for (const PackageRecord& record : universe_.request().virtual_packages) {
    cnf_.AddClause({present_[universe_.Intern(record.name).index()]});
  }
  const std::vector<InstalledPackage>& installed = universe_.request().installed;
  const std::vector<InstalledStanding> standings = StandingsOfInstalled(universe_.request());
  for (std::size_t i = 0; i < installed.size(); ++i) {
    if (standings[i].must_stay) {
      cnf_.AddClause({present_[universe_.Intern(installed[i].record.name).index()]});
    }
  }
}

void PlainEncoding::Reach() {
  for (const MatchSpec& spec : universe_.request().specs) {
    universe_.Intern(spec.name());
  }
  for (const PackageRecord& record : universe_.request().virtual_packages) {
    universe_.Intern(record.name);
  }
  for (const InstalledPackage& installed : universe_.request().installed) {
    universe_.Intern(installed.record.name);
    universe_.OnceAsked(installed);
  }
  universe_.RequestRequirements();
  for (std::size_t i = 0; i < universe_.num_packages(); ++i) {  // Grows on the way.
    const PackageId package(i);
    for (Position at = 0; at < universe_.NumCandidates(package); ++at) {
      universe_.Ground(package, at);
    }
  }
}

void PlainEncoding::AddPackage(PackageId package) {
  std::vector<Literal>& chosen = chosen_[package.index()];
  const Literal present = cnf_.NewVariable();
  present_[package.index()] = present;
  std::vector<Literal> any = {~present};
  Literal before = Literal::False();  // "One of the earlier ones is chosen."
  for (Position at = 0; at < universe_.NumCandidates(package); ++at) {
    const Literal x = cnf_.NewVariable();
    const Literal upto = cnf_.NewVariable();
    chosen.push_back(x);
    any.push_back(x);
    cnf_.AddImplication(x, present);
    cnf_.AddImplication(x, upto);
    cnf_.AddImplication(before, upto);
    cnf_.AddClause({~before, ~x});
    before = upto;
  }
  cnf_.AddClause(any);
}

std::vector<Literal> PlainEncoding::Members(PackageId package,
                                            std::span<const Word> allowed) const {
  std::vector<Literal> members;
  ForEach(allowed, [&](Position at) { members.push_back(chosen_[package.index()][at]); });
  return members;
}

Literal PlainEncoding::ChosenFrom(PackageId package, std::span<const Word> allowed) {
  std::vector<Literal> clause = Members(package, allowed);
  const Literal literal = cnf_.NewVariable();
  clause.push_back(~literal);
  cnf_.AddClause(clause);
  return literal;
}

void PlainEncoding::Require(PackageId package, std::span<const Word> allowed) {
  cnf_.AddClause(Members(package, allowed));
}

Literal PlainEncoding::RequirementLiteral(RequirementId requirement) {
  Literal& literal = requirements_[requirement.index()];
  if (!literal.defined()) {
    literal =
        ChosenFrom(universe_.RequirementOf(requirement).package, universe_.Allowed(requirement));
  }
  return literal;
}

void PlainEncoding::AddLinks(PackageId package) {
  for (Position at = 0; at < universe_.NumCandidates(package); ++at) {
    const Literal x = chosen_[package.index()][at];
    const Links links = universe_.LinksOf(package, at);
    for (const RequirementId requirement : links.depends) {
      cnf_.AddImplication(x, RequirementLiteral(requirement));
    }
    for (const RequirementId requirement : links.constrains) {
      cnf_.AddClause({~x, ~present_[universe_.RequirementOf(requirement).package.index()],
                      RequirementLiteral(requirement)});
    }
  }
}

}  // namespace satchel
