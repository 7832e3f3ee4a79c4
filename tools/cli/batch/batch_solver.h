#pragma once

#include <atomic>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

#include "frontend/config/configuration.h"
#include "frontend/fetch/channel_source.h"
#include "tools/cli/batch/batch_request.h"
#include "tools/cli/framework/arguments.h"

namespace satchel {

// Answers requests, one after the other; each thread has its own. Channels that were used last stay
// open.
class BatchSolver final {
 public:
  // What requests do not say comes from `arguments`, which must outlive this, and `configuration`.
  BatchSolver(const Arguments& arguments, const Configuration& configuration,
              const std::atomic<bool>* cancel)
      : arguments_(arguments), configuration_(configuration), cancel_(cancel) {}

  // One line of JSON without its end (docs/batch.md). What is wrong with the request, or with its
  // channels, is an answer too. Errors: kCancelled.
  [[nodiscard]] absl::StatusOr<std::string> Answer(std::string_view line, std::size_t number);

 private:
  struct Opened {
    std::string key;
    LoadedChannels channels;
  };

  absl::StatusOr<std::string> AnswerRequest(BatchRequest request);
  absl::StatusOr<const LoadedChannels*> Channels(const std::vector<std::string>& typed,
                                                 const std::string& platform);

  const Arguments& arguments_;
  const Configuration& configuration_;
  const std::atomic<bool>* const cancel_;
  std::list<Opened> opened_;  // The one used last first.
};

}  // namespace satchel
