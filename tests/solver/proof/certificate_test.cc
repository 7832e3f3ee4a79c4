// Claims that are false must not be certified.

#include "solver/proof/certificate.h"

#include <memory>
#include <string_view>

#include "gtest/gtest.h"

#include "encoding/universe.h"
#include "tests/oracle/universe.h"
#include "tests/oracle/universe_text.h"

namespace satchel {
namespace {

constexpr std::string_view kTwoOfThree = R"(
channel main
  a 3
  a 2
  a 1
  b 3 | depends: a 1
  b 2 | depends: a 2
  b 1
request a
request b
)";

// Neither can be at its newest, so that each costs something.
constexpr std::string_view kBothBehind = R"(
channel main
  a 3 | depends: none
  a 2
  a 1
  b 3 | depends: none
  b 2
  b 1
request a
request b
)";

class CertificateTest : public testing::Test {
 protected:
  void SetUp() override { Use(kTwoOfThree); }

  void Use(std::string_view text) {
    const absl::StatusOr<oracle::Universe> told = oracle::ParseUniverse(text);
    ASSERT_TRUE(told.ok()) << told.status();
    absl::StatusOr<oracle::World> world = oracle::BuildWorld(*told);
    ASSERT_TRUE(world.ok()) << world.status();
    universe_.reset();
    world_ = *std::move(world);
    auto universe = Universe::Make(world_.request, VersionPreference::kNewest);
    ASSERT_TRUE(universe.ok()) << universe.status();
    universe_ = *std::move(universe);
  }

  Choice First(std::string_view name, Position count) {
    const PackageId package = universe_->Intern(name);
    return {package, RangeSet(universe_->NumCandidates(package), 0, count)};
  }

  // A term that costs the lag: 0, 30 or 60 days, as nothing has a timestamp.
  Term LagOf(std::string_view name) {
    Term term;
    term.package = universe_->Intern(name);
    for (Position count = 1; count <= 3; ++count) {
      term.steps.push_back(
          {First(name, count).allowed, 30 * (static_cast<std::int64_t>(count) - 1)});
    }
    term.cost_otherwise = -1;
    term.measure = Measure::kLag;
    return term;
  }

  absl::Status CertifyOne(std::variant<Certificate::Impossible, Certificate::LeastSum,
                                       Certificate::Fixed, Certificate::Level>
                              claim) {
    Certificate certificate;
    certificate.claims = {Certificate::Level{0}, std::move(claim)};
    std::vector<LevelValue> levels = {{"one", 0}};
    absl::Status status = Certify(*universe_, VersionPreference::kNewest, certificate,
                                  StopSignal(0, nullptr), levels);
    EXPECT_EQ(levels[0].certified, status.ok());
    return status;
  }

  oracle::World world_;
  std::unique_ptr<Universe> universe_;
};

TEST_F(CertificateTest, WhatCannotBeIsCertified) {
  EXPECT_TRUE(CertifyOne(Certificate::Impossible{{First("a", 1), First("b", 1)}}).ok());
}

TEST_F(CertificateTest, WhatCanBeIsNot) {
  EXPECT_EQ(CertifyOne(Certificate::Impossible{{First("a", 1)}}).code(),
            absl::StatusCode::kInternal);
}

// The best plans have a at 3 and b at 1, both at 2, or a at 1 and b at 3: sixty in all.
TEST_F(CertificateTest, OfASumOnlyTheLeastIs) {
  const std::vector<Term> terms = {LagOf("a"), LagOf("b")};
  EXPECT_TRUE(CertifyOne(Certificate::LeastSum{terms, 60}).ok());
  EXPECT_TRUE(CertifyOne(Certificate::LeastSum{terms, 59}).ok()) << "a bound that is too low holds";
  for (const std::int64_t value : {61, 90, 120}) {
    EXPECT_EQ(CertifyOne(Certificate::LeastSum{terms, value}).code(), absl::StatusCode::kInternal)
        << value;
  }
}

TEST_F(CertificateTest, OfASumToWhichBothAddOnlyTheLeastIs) {
  Use(kBothBehind);
  const std::vector<Term> terms = {LagOf("a"), LagOf("b")};
  EXPECT_TRUE(CertifyOne(Certificate::LeastSum{terms, 60}).ok());
  for (const std::int64_t value : {61, 90, 91, 120}) {
    EXPECT_EQ(CertifyOne(Certificate::LeastSum{terms, value}).code(), absl::StatusCode::kInternal)
        << value;
  }
}

// A sum that leaves out what is better than its cheapest step.
TEST_F(CertificateTest, TheCheapestStepMustBeABound) {
  Term term = LagOf("a");
  term.steps.erase(term.steps.begin());
  EXPECT_EQ(CertifyOne(Certificate::LeastSum{{term}, 30}).code(), absl::StatusCode::kInternal);
}

}  // namespace
}  // namespace satchel
