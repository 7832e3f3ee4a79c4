// Real environments against the real channel that lies with them: satisfiable or not as an
// independent encoding found (RESULTS.tsv), and every plan proven, verified and stable.

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

#include "frontend/request/request_file.h"
#include "repodata/io/ingest.h"
#include "solver/proof/verify.h"
#include "solver/solve.h"
#include "tests/support/data.h"

namespace satchel {
namespace {

// $SATCHEL_CORPORA, or the place beside the checkout.
std::string CorporaDirectory() {
  const char* const named = std::getenv("SATCHEL_CORPORA");
  return named != nullptr ? named : SATCHEL_DEFAULT_CORPORA;
}

struct KnownResult {
  std::string file;
  bool has_plan;
};

// Only those that want no other channel: RESULTS.tsv had some that are not all in the corpora.
std::vector<KnownResult> ReadResults(const std::string& path) {
  std::vector<KnownResult> results;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    if (columns.size() > 3 && columns[0].ends_with(".yml") && columns[1].ends_with("conda-forge") &&
        columns[1].find(',') == std::string::npos) {
      results.push_back({columns[0], columns[3] == "SAT"});
    }
  }
  return results;
}

// What the encoding of RESULTS.tsv takes as there: whatever a record asks of them holds.
std::vector<PackageRecord> VirtualPackages() {
  std::vector<PackageRecord> records;
  for (const auto& [name, version, build] :
       {std::tuple("__archspec", "1", "x86_64_v4"), std::tuple("__cuda", "13.0", "0"),
        std::tuple("__glibc", "2.39", "0"), std::tuple("__linux", "6.8", "0"),
        std::tuple("__unix", "0", "0")}) {
    PackageRecord record;
    record.name = name;
    record.version = version;
    record.build = build;
    records.push_back(std::move(record));
  }
  return records;
}

class RealSpecs : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string directory = CorporaDirectory();
    results_ = ReadResults(directory + "/specs/RESULTS.tsv");
    if (results_.empty()) {
      SKIP_WITHOUT_DATA("no specs/RESULTS.tsv in " << directory << "; set SATCHEL_CORPORA");
    }
    for (const char* const subdir : {"linux-64", "noarch"}) {
      IngestOptions options;
      options.subdir = subdir;
      absl::StatusOr<Index> index = IngestRepodataFile(
          absl::StrFormat("%s/conda-forge/%s/repodata.json", directory, subdir), options, nullptr);
      if (!index.ok()) {
        SKIP_WITHOUT_DATA(index.status() << "; set SATCHEL_CORPORA");
      }
      indexes_.push_back(std::make_unique<Index>(*std::move(index)));
    }
  }

  absl::StatusOr<Request> ReadRequest(const std::string& file) const {
    const absl::StatusOr<RequestFile> read =
        ReadRequestFile(absl::StrFormat("%s/specs/%s", CorporaDirectory(), file), "linux-64");
    if (!read.ok()) {
      return read.status();
    }
    Request request;
    request.channels.push_back({"conda-forge", "", {indexes_[0].get(), indexes_[1].get()}});
    request.virtual_packages = VirtualPackages();
    for (const SpecText& spec : read->specs) {
      const std::vector<std::string> parts = absl::StrSplit(spec.text, "::");
      absl::StatusOr<MatchSpec> parsed = MatchSpec::Parse(parts.back());
      if (!parsed.ok()) {
        return parsed.status();
      }
      request.specs.push_back(*std::move(parsed));
    }
    return request;
  }

  std::vector<KnownResult> results_;
  std::vector<std::unique_ptr<Index>> indexes_;
};

TEST_F(RealSpecs, AreSolvedOrRefutedAsKnown) {
  for (const KnownResult& known : results_) {
    SCOPED_TRACE(known.file);
    const absl::StatusOr<Request> request = ReadRequest(known.file);
    ASSERT_TRUE(request.ok()) << request.status();
    const absl::StatusOr<SolveOutcome> outcome = Solve(*request, SolveOptions());
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    const Plan* const plan = std::get_if<Plan>(&*outcome);
    if (plan == nullptr) {
      EXPECT_FALSE(known.has_plan)
          << "blamed: " << absl::StrJoin(std::get<Conflict>(*outcome).blamed, ", ");
      continue;
    }
    EXPECT_TRUE(known.has_plan);
    EXPECT_TRUE(plan->proven);
    std::vector<PackageRecord> records;
    for (const PlanPackage& package : plan->packages) {
      records.push_back(package.record);
    }
    EXPECT_EQ(VerifyPlan(*request, records), std::vector<std::string>());
  }
}

}  // namespace
}  // namespace satchel
