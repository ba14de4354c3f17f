/*
 * For the Node interpreter: has OpenSSL take its randomness from the kernel, for which Node has no function. OpenSSL is
 * found in the node process itself, whether it links libcrypto or contains it.
 */
#include "stateless-random.h"

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;

extern int napi_get_boolean(napi_env, _Bool, napi_value *result);
extern int RAND_set_rand_method(const struct rand_method *);

static const struct rand_method method = STATELESS_RANDOM;

/* The name by which Node finds an addon's beginning. The module is true when OpenSSL has taken the source. */
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  (void)exports;
  napi_value done = NULL;
  napi_get_boolean(env, RAND_set_rand_method(&method) == 1, &done);
  return done;
}
