// make_shards SUBDIR...: writes the sharded repodata beside the repodata.json of each directory.

#include "tests/support/sharded_channel.h"

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    satchel::testing::WriteShards(argv[i]);
  }
}
