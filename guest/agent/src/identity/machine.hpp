#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "io/fd.hpp"
#include "io/kept-file.hpp"

namespace forkd {

/** What tells this machine from others. Each step returns 0 or an errno. */
class Machine {
 public:
  explicit Machine(const std::string& root) : report_(root + "/run/forkd/fork.json") {}

  int setRealtime(int64_t ns);
  /** Has the wall clock make up for so much by running a little faster or slower, so that it never jumps. */
  int slewRealtime(int64_t ns);
  /** Credits the bytes to the kernel's pool, and has its generator take them up at once. */
  int creditEntropy(std::string_view bytes);
  /** Reads away what the host's generator gave to the parent: drivers fetch in advance, and keep what nobody read. */
  void discardHostEntropy();
  /** Only mixes them in, as anybody may. */
  int mixEntropy(std::string_view bytes);
  int setHostname(const std::string& name);
  int setMachineId(const std::string& id);
  /** As the two before, with what is there already. */
  int rewriteHostname();
  int rewriteMachineId();
  /** Tells programs who the machine has become. */
  int publish(std::string report);

 private:
  Fd random_;
  Fd hostRandom_;
  KeptFile hostname_{"/etc/hostname"};
  KeptFile machineId_{"/etc/machine-id"};
  KeptFile report_;
};

}  // namespace forkd
