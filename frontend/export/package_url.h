#pragma once

#include <string>

#include "frontend/fetch/channel_source.h"
#include "repodata/spec/record.h"
#include "solver/solve.h"

namespace satchel {

class JsonWriter;

// Where to download a record of these channels: its own URL, else the base_url of its repodata (CEP
// 15), else <channel>/<subdir>/<fn>. Empty if its channel is not among them.
std::string PackageUrl(const LoadedChannels& channels, const PackageRecord& record);

// Gives every record of the plan its URL.
void FillUrls(const LoadedChannels& channels, Plan* plan);

// The channel's URL: the package's without the subdir and file name.
std::string BaseUrl(const PackageRecord& record);

// "numpy-1.26.4-py312h_0": the file name without its extension.
std::string DistName(const PackageRecord& record);

// The record's flags and groups of optional dependencies, if it has any: the members
// "extra_depends" and "flags" of the object that is open.
void WriteExtrasAndFlags(const PackageRecord& record, JsonWriter& out);

}  // namespace satchel
