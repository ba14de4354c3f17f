#pragma once
#include <string>

namespace forkd {

/** What the kernel's command line says to us. */
struct BootOptions {
  std::string root;
  std::string rootType = "ext4";
  bool probe = false;
};

BootOptions readBootOptions();

}  // namespace forkd
