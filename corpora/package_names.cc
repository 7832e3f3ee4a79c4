#include "corpora/package_names.h"

#include <string_view>

namespace satchel {
namespace {

constexpr std::string_view kOnsets[] = {"b",  "d",  "f",  "g",  "h",  "j",  "k",  "l",  "m",
                                        "n",  "p",  "r",  "s",  "t",  "v",  "z",  "br", "dr",
                                        "fl", "gr", "kl", "pr", "sk", "st", "tr", "pl"};
constexpr std::string_view kNuclei[] = {"a", "e", "i", "o", "u", "ai", "ea", "io"};
constexpr std::string_view kCodas[] = {"", "", "", "", "l", "n", "r", "s", "t", "x", "m", "ck"};

template <std::size_t kSize>
std::string_view Pick(const std::string_view (&texts)[kSize], SplitMix* random) {
  return texts[random->Below(kSize)];
}

std::string Word(SplitMix* random) {
  std::string word;
  const std::int32_t num_syllables = random->Between(2, 3);
  for (std::int32_t i = 0; i < num_syllables; ++i) {
    word += Pick(kOnsets, random);
    word += Pick(kNuclei, random);
  }
  word += Pick(kCodas, random);
  return word;
}

}  // namespace

std::string PackageNames::Invent(NameKind kind, SplitMix* random) {
  for (;;) {
    std::string name = Word(random);
    if (kind == NameKind::kLibrary && random->Chance(450)) {
      name.insert(0, "lib");
    } else if (kind == NameKind::kPure && random->Chance(450)) {
      name += random->Chance(700) ? "-" : "_";
      name += Word(random);
    } else if (kind == NameKind::kExtension && random->Chance(150)) {
      name.insert(0, "py");
    } else if (kind == NameKind::kData) {
      name += "-data";
    }
    if (taken_.insert(name).second) {
      return name;
    }
  }
}

}  // namespace satchel
