/* For the Python interpreter, which hands it to OpenSSL by its name. */
#include "stateless-random.h"

const struct rand_method forkd_rand_method = STATELESS_RANDOM;
