#pragma once

#include <string_view>

namespace satchel {

// What conda channels call a package of PyPI, or a module of Python, of another name there:
// "pytorch" for "torch", "scikit-learn" for "sklearn". Empty if the name is not known to differ.
std::string_view CondaNameOf(std::string_view name);

// The one channel of the well-known ones that has packages of this name: "defaults" for "anaconda",
// "bioconda" for "samtools". Empty if that is not known.
std::string_view ChannelKnownFor(std::string_view name);

}  // namespace satchel
