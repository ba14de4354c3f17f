#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace forkd {

// Each returns 0 or an errno.

int setRealtime(int64_t ns);
/** Credits the bytes to the kernel's pool, and has its generator take them up at once. */
int creditEntropy(std::string_view bytes);
/** Only mixes them in, as anybody may. */
int mixEntropy(std::string_view bytes);
int setHostname(const std::string& name);
int setMachineId(const std::string& id);

}  // namespace forkd
