#include "frontend/config/virtual_packages.h"

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

#include <map>

#include "gtest/gtest.h"

namespace satchel {
namespace {

Host LinuxHost() {
  Host host;
  host.platform = "linux-64";
  host.kernel_release = "6.1.0-18-amd64";
  host.glibc_version = "2.36";
  host.microarchitecture = [] { return std::string("x86_64_v3"); };
  return host;
}

std::string Names(const VirtualPackages& packages) {
  std::string text;
  for (const PackageRecord& record : packages.records) {
    text += (text.empty() ? "" : " ") + record.name + "=" + record.version + "=" + record.build;
  }
  return text;
}

using Variables = std::map<std::string, std::string>;

absl::StatusOr<VirtualPackages> List(const std::string& platform, const Host& host,
                                     const Variables& variables = {}) {
  return ListVirtualPackages(platform, host,
                             [&](const std::string& name) -> std::optional<std::string> {
                               const auto found = variables.find(name);
                               if (found == variables.end()) {
                                 return std::nullopt;
                               }
                               return found->second;
                             });
}

struct PlatformCase {
  const char* platform;
  const char* expected;
  const char* why;
};

constexpr PlatformCase kFromLinux[] = {
    {"linux-64", "__archspec=1=x86_64_v3 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "native"},
    {"linux-aarch64", "__archspec=1=aarch64 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0",
     "as conda: this kernel and C library, the other machine"},
    {"linux-32", "__archspec=1=x86 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "conda's x86"},
    {"osx-arm64", "__archspec=1=arm64 __osx=13.0=0 __unix=0=0", "assumed macOS"},
    {"osx-64", "__archspec=1=x86_64 __osx=13.0=0 __unix=0=0", "assumed macOS"},
    {"win-64", "__archspec=1=x86_64 __win=0=0", "Windows is not Unix"},
    {"emscripten-wasm32", "__archspec=1=wasm32 __unix=0=0", "CEP 30"},
};

TEST(VirtualPackages, OfPlatformsAsSeenFromLinux) {
  for (const PlatformCase& c : kFromLinux) {
    SCOPED_TRACE(c.why);
    const auto packages = List(c.platform, LinuxHost());
    ASSERT_TRUE(packages.ok()) << packages.status();
    EXPECT_EQ(Names(*packages), c.expected);
    EXPECT_EQ(packages->records[0].subdir, c.platform);
    EXPECT_EQ(packages->records[0].channel, "@");
  }
}

TEST(VirtualPackages, AssumedValuesAreSaidUnlessOverridden) {
  EXPECT_TRUE(List("linux-64", LinuxHost())->notes.empty());
  ASSERT_EQ(List("osx-64", LinuxHost())->notes.size(), 1U);
  EXPECT_NE(List("osx-64", LinuxHost())->notes[0].find("CONDA_OVERRIDE_OSX"), std::string::npos);
  EXPECT_TRUE(List("osx-64", LinuxHost(), {{"CONDA_OVERRIDE_OSX", "14.2"}})->notes.empty());
}

TEST(VirtualPackages, FromMacos) {
  Host host;
  host.platform = "osx-arm64";
  host.macos_version = "14.5.1";
  EXPECT_EQ(Names(*List("osx-arm64", host)), "__archspec=1=arm64 __osx=14.5=0 __unix=0=0");
  EXPECT_EQ(Names(*List("linux-64", host)),
            "__archspec=1=x86_64 __glibc=2.28=0 __linux=4.18=0 __unix=0=0");
}

TEST(VirtualPackages, NoGlibcWhereTheLibraryIsAnother) {
  Host host = LinuxHost();
  host.glibc_version.clear();
  EXPECT_EQ(Names(*List("linux-64", host)), "__archspec=1=x86_64_v3 __linux=6.1.0=0 __unix=0=0");
  EXPECT_EQ(Names(*List("linux-64", host, {{"CONDA_OVERRIDE_GLIBC", "2.17"}})),
            "__archspec=1=x86_64_v3 __glibc=2.17=0 __linux=6.1.0=0 __unix=0=0");
}

struct OverrideCase {
  const char* platform;
  const char* variable;
  const char* value;
  const char* expected;
  const char* why;
};

constexpr OverrideCase kOverrides[] = {
    {"linux-64", "CONDA_OVERRIDE_CUDA", "12.4",
     "__archspec=1=x86_64_v3 __cuda=12.4=0 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "as said"},
    {"linux-64", "CONDA_OVERRIDE_CUDA", "",
     "__archspec=1=x86_64_v3 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "empty: none"},
    {"linux-64", "CONDA_OVERRIDE_CUDA_ARCH", "8.6",
     "__archspec=1=x86_64_v3 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "never without __cuda"},
    {"linux-64", "CONDA_OVERRIDE_GLIBC", " 2.17 ",
     "__archspec=1=x86_64_v3 __glibc=2.17=0 __linux=6.1.0=0 __unix=0=0", "stripped"},
    {"linux-64", "CONDA_OVERRIDE_GLIBC", "", "__archspec=1=x86_64_v3 __linux=6.1.0=0 __unix=0=0",
     "empty: none"},
    {"linux-64", "CONDA_OVERRIDE_LINUX", "5.10.0-21-generic",
     "__archspec=1=x86_64_v3 __glibc=2.36=0 __linux=5.10.0=0 __unix=0=0", "numbers only"},
    {"linux-64", "CONDA_OVERRIDE_LINUX", "",
     "__archspec=1=x86_64_v3 __glibc=2.36=0 __linux=0=0 __unix=0=0", "as conda: stays"},
    {"linux-64", "CONDA_OVERRIDE_ARCHSPEC", "zen3",
     "__archspec=1=zen3 __glibc=2.36=0 __linux=6.1.0=0 __unix=0=0", "the build"},
    {"linux-64", "CONDA_OVERRIDE_ARCHSPEC", "", "__glibc=2.36=0 __linux=6.1.0=0 __unix=0=0",
     "empty: none"},
    {"osx-64", "CONDA_OVERRIDE_OSX", "11.0", "__archspec=1=x86_64 __osx=11.0=0 __unix=0=0", ""},
    {"osx-64", "CONDA_OVERRIDE_GLIBC", "2.17", "__archspec=1=x86_64 __osx=13.0=0 __unix=0=0",
     "only on Linux"},
    {"win-64", "CONDA_OVERRIDE_WIN", "10.0.19045", "__archspec=1=x86_64 __win=10.0.19045=0", ""},
    {"win-64", "CONDA_OVERRIDE_UNIX", "1", "__archspec=1=x86_64 __win=0=0", "has no effect"},
};

TEST(VirtualPackages, Overrides) {
  for (const OverrideCase& c : kOverrides) {
    SCOPED_TRACE(::testing::Message() << c.variable << "='" << c.value << "' " << c.why);
    const auto packages = List(c.platform, LinuxHost(), {{c.variable, c.value}});
    ASSERT_TRUE(packages.ok()) << packages.status();
    EXPECT_EQ(Names(*packages), c.expected);
  }
}

TEST(VirtualPackages, CudaOfTheHost) {
  Host host = LinuxHost();
  int asked = 0;
  host.cuda = [&asked]() -> std::optional<CudaDriver> {
    ++asked;
    return CudaDriver{"12.2", "8.6", "GeForceRTX3090"};
  };
  EXPECT_EQ(Names(*List("linux-64", host)),
            "__archspec=1=x86_64_v3 __cuda=12.2=0 __cuda_arch=8.6=GeForceRTX3090 __glibc=2.36=0 "
            "__linux=6.1.0=0 __unix=0=0");
  EXPECT_EQ(asked, 1);
  List("linux-aarch64", host).IgnoreError();
  List("linux-64", host, {{"CONDA_OVERRIDE_CUDA", "11.8"}}).IgnoreError();
  EXPECT_EQ(asked, 1) << "the driver is loaded only if its answer counts";
  EXPECT_EQ(
      Names(*List("linux-64", host,
                  {{"CONDA_OVERRIDE_CUDA", "11.8"}, {"CONDA_OVERRIDE_CUDA_ARCH", "9.0=H100"}})),
      "__archspec=1=x86_64_v3 __cuda=11.8=0 __cuda_arch=9.0=H100 __glibc=2.36=0 "
      "__linux=6.1.0=0 __unix=0=0");
}

TEST(VirtualPackages, AnOverrideThatIsNoVersionIsAnError) {
  const auto packages = List("linux-64", LinuxHost(), {{"CONDA_OVERRIDE_CUDA", "12 4"}});
  ASSERT_FALSE(packages.ok());
  EXPECT_NE(packages.status().message().find("CONDA_OVERRIDE_CUDA"), absl::string_view::npos);
}

TEST(MicroarchitectureLevel, FromTheFlagsOfTheKernel) {
  const std::string v2 = "cx16 lahf_lm popcnt pni sse4_1 sse4_2 ssse3";
  const std::string v3 = v2 + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave";
  const std::string v4 = v3 + " avx512f avx512bw avx512cd avx512dq avx512vl";
  EXPECT_EQ(MicroarchitectureLevel("vendor_id\t: x\nflags\t\t: fpu sse2\n"), "x86_64");
  EXPECT_EQ(MicroarchitectureLevel("flags\t\t: " + v2 + "\n"), "x86_64_v2");
  EXPECT_EQ(MicroarchitectureLevel("flags\t\t: " + v3 + " avx512f\n"), "x86_64_v3");
  EXPECT_EQ(MicroarchitectureLevel("flags\t\t: " + v4 + "\nflags\t: fpu\n"), "x86_64_v4");
  EXPECT_EQ(MicroarchitectureLevel(""), "x86_64");
}

TEST(DetectHost, KnowsThisMachine) {
  const Host host = DetectHost();
  EXPECT_NE(host.platform.find('-'), std::string::npos);
  EXPECT_TRUE(List(host.platform, host).ok());
  EXPECT_EQ(host.microarchitecture != nullptr, host.platform == "linux-64");
#ifdef __GLIBC__
  EXPECT_EQ(host.glibc_version, gnu_get_libc_version());
#endif
}

}  // namespace
}  // namespace satchel
