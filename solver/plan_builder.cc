#include "solver/plan_builder.h"

#include <algorithm>
#include <string>

#include "repodata/io/url.h"
#include "solver/explain/limited_by.h"

namespace satchel {
namespace {

// With the subdir and url that only its channel knows.
PackageRecord RecordOf(const Request& request, const Universe& universe, PackageId package,
                       Position at) {
  const Candidate& candidate = universe.List(package).candidates[at];
  const Source& source = universe.sources()[candidate.source];
  PackageRecord record = CopyRecord(*source.index, candidate.record, source.channel);
  if (source.kind != Source::Kind::kChannel) {
    for (const InstalledPackage& installed : request.installed) {
      if (installed.record.name == record.name) {
        return installed.record;
      }
    }
    return record;
  }
  if (record.url.empty()) {
    record.url = PackageUrl(source.channel_url, record.subdir, source.index->base_url(), record.fn);
  }
  return record;
}

}  // namespace

void SortTopologically(const Universe& universe, const Model& model,
                       std::vector<PackageId>& packages) {
  SortByName(universe, packages);
  // Depth-first, by name; an edge back into a cycle is ignored. Iterative: chains can be long.
  enum class Mark : std::uint8_t { kNone, kOpen, kDone };
  std::vector<Mark> marks(universe.num_packages(), Mark::kNone);
  std::vector<PackageId> order;
  struct Frame {
    PackageId package;
    std::vector<PackageId> needs;
    std::size_t next = 0;
  };
  std::vector<Frame> stack;
  const auto open = [&](PackageId package) {
    marks[package.index()] = Mark::kOpen;
    Frame frame{package, {}, 0};
    for (const RequirementId requirement : universe.LinksOf(package, model.Of(package)).depends) {
      frame.needs.push_back(universe.RequirementOf(requirement).package);
    }
    SortByName(universe, frame.needs);
    stack.push_back(std::move(frame));
  };
  for (const PackageId root : packages) {
    if (marks[root.index()] == Mark::kNone) {
      open(root);
    }
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next == frame.needs.size()) {
        marks[frame.package.index()] = Mark::kDone;
        if (universe.MayBeInPlan(frame.package)) {
          order.push_back(frame.package);
        }
        stack.pop_back();
        continue;
      }
      const PackageId need = frame.needs[frame.next++];
      if (marks[need.index()] == Mark::kNone && !universe.IsVirtual(need) &&
          model.Of(need) != kNoPosition) {
        open(need);
      }
    }
  }
  packages = std::move(order);
}

Plan BuildPlan(const Request& request, const Universe& universe, const Model& model,
               const std::vector<PackageId>& requested) {
  std::vector<PackageId> packages;
  for (std::size_t i = 0; i < universe.num_packages(); ++i) {
    const PackageId package(i);
    if (model.Of(package) != kNoPosition && universe.MayBeInPlan(package)) {
      packages.push_back(package);
    }
  }
  SortTopologically(universe, model, packages);

  Plan plan;
  plan.packages.reserve(packages.size());
  plan.link.reserve(packages.size());
  const LimitFinder limits(universe, model, packages);
  for (const PackageId package : packages) {
    const Position at = model.Of(package);
    PlanPackage entry;
    entry.record = RecordOf(request, universe, package, at);
    entry.requested = std::find(requested.begin(), requested.end(), package) != requested.end();
    entry.installed = at == universe.List(package).installed;
    entry.lag = universe.List(package).candidates[at].lag;
    const Behind behind = limits.WhyBehind(package);
    entry.versions_behind = behind.versions;
    entry.days_behind = behind.days;
    entry.limited_by = behind.limited_by;
    if (!entry.installed) {
      plan.link.push_back(entry.record);
    }
    plan.packages.push_back(std::move(entry));
  }
  for (const InstalledPackage& installed : request.installed) {
    const bool stays =
        std::any_of(plan.packages.begin(), plan.packages.end(), [&](const PlanPackage& entry) {
          return entry.installed && entry.record.name == installed.record.name;
        });
    if (!stays) {
      plan.unlink.push_back(installed.record);
    }
  }
  std::sort(plan.unlink.begin(), plan.unlink.end(),
            [](const PackageRecord& a, const PackageRecord& b) { return a.name < b.name; });
  return plan;
}

}  // namespace satchel
