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

}  // namespace satchel::oracle
