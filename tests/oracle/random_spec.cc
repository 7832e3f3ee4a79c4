#include "tests/oracle/random_spec.h"

namespace satchel::oracle {

std::string RandomSpec(const std::string& name, const std::vector<std::string>& versions,
                       Dice& dice) {
  const std::string& v = dice.Pick(versions);
  const std::string& w = dice.Pick(versions);
  switch (dice.Below(24)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return name + " >=" + v;
    case 4:
    case 5:
      return name + " <" + v;
    case 6:
    case 7:
      return name + " <=" + v;
    case 8:
    case 9:
      return name + " " + v;
    case 10:
      return name + "==" + v;
    case 11:
      return name + "=" + v;
    case 12:
      return name + " " + v.substr(0, 1) + ".*";
    case 13:
      return name + " >=" + v + ",<=" + w;
    case 14:
      return name + " " + v + "|" + w;
    case 15:
      return name + " !=" + v;
    case 16:
      return name + " * *_0";
    case 17:
      return name + "[build_number='>=1']";
    case 18:
      return name + " " + v + " h_0";
    case 19:
      return name + " >" + v;
    default:
      return name;
  }
}

std::string RandomVirtualSpec(Dice& dice) {
  return dice.Pick(std::vector<std::string>{"__glibc >=2.17", "__glibc >=2.28", "__cuda",
                                            "__cuda >=12", "__cuda <12", "__glibc <2.30", "__linux",
                                            "__osx"});
}

namespace {

std::string RandomPart(const std::vector<SpecTarget>& targets, Dice& dice) {
  if (dice.Chance(15)) {
    return dice.Pick(std::vector<std::string>{"__glibc>=2.28", "__cuda", "__cuda>=12", "__osx",
                                              "__linux", "missing"});
  }
  const SpecTarget& target = dice.Pick(targets);
  const std::string& v = dice.Pick(target.versions);
  switch (dice.Below(10)) {
    case 0:
    case 1:
    case 2:
      return target.name + ">=" + v;
    case 3:
    case 4:
      return target.name + "<" + v;
    case 5:
      return target.name + "==" + v;
    case 6:
      return target.name + "[version='" + v.substr(0, 1) + ".*']";
    case 7:
      return target.name + "[flags=[cuda]]";
    default:
      return target.name;
  }
}

}  // namespace

std::string RandomCondition(const std::vector<SpecTarget>& targets, Dice& dice) {
  const std::string first = RandomPart(targets, dice);
  if (dice.Chance(60)) {
    return first;
  }
  const std::string second = RandomPart(targets, dice);
  const std::string third = RandomPart(targets, dice);
  switch (dice.Below(6)) {
    case 0:
    case 1:
      return first + " and " + second;
    case 2:
      return first + " or " + second;
    case 3:
      return first + " and " + second + " or " + third;
    case 4:
      return first + " and (" + second + " or " + third + ")";
    default:
      return "(" + first + " or " + second + ") and (" + third + " or " + first + ")";
  }
}

std::string WithOptions(std::string spec, const std::vector<SpecTarget>& targets, Dice& dice) {
  std::vector<std::string> options;
  if (dice.Chance(20)) {
    options.push_back(dice.Pick(std::vector<std::string>{"extras=[x]", "extras=[x]", "extras=y",
                                                         "extras=[y, x]", "extras=[none]"}));
  }
  if (dice.Chance(8)) {
    options.push_back(dice.Pick(std::vector<std::string>{
        "flags=[cuda]", "flags=cuda", "flags=[\"mpi:*\"]", "flags=['mpi:a', cuda]"}));
  }
  if (dice.Chance(28)) {
    options.push_back("when=\"" + RandomCondition(targets, dice) + "\"");
  }
  if (options.empty()) {
    return spec;
  }
  std::string text;
  for (const std::string& option : options) {
    text += (text.empty() ? "" : ",") + option;
  }
  if (spec.ends_with(']')) {
    spec.pop_back();
    return spec + "," + text + "]";
  }
  return spec + "[" + text + "]";
}

}  // namespace satchel::oracle
