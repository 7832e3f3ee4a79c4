#include "bench/harness/linux_machine.h"

namespace satchel {

std::vector<PackageRecord> LinuxMachine() {
  constexpr const char* kVirtual[][3] = {{"__unix", "0", "0"},
                                         {"__linux", "6.8", "0"},
                                         {"__glibc", "2.36", "0"},
                                         {"__archspec", "1", "x86_64_v3"}};
  std::vector<PackageRecord> records;
  for (const auto& [name, version, build] : kVirtual) {
    PackageRecord& record = records.emplace_back();
    record.name = name;
    record.version = version;
    record.build = build;
  }
  return records;
}

}  // namespace satchel
