/*
 * Lets the Node kernel reseed OpenSSL's generator, which Node has no function for. Everything is declared here and
 * found in the node process itself, whether it links libcrypto or contains it.
 */
#include <stddef.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);

extern int napi_create_function(napi_env, const char *name, size_t, napi_callback, void *data, napi_value *result);
extern int napi_get_cb_info(napi_env, napi_callback_info, size_t *argc, napi_value *argv, napi_value *self, void **data);
extern int napi_get_buffer_info(napi_env, napi_value, void **data, size_t *bytes);
extern int napi_get_boolean(napi_env, _Bool, napi_value *result);
extern void RAND_add(const void *buffer, int bytes, double entropy_bytes);
extern int RAND_poll(void);

#define MAX_SEED_BYTES 4096

/* reseed(buffer): true when OpenSSL has taken the buffer and the system's own randomness. */
static napi_value reseed(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value seed = NULL;
  napi_value result = NULL;
  void *bytes = NULL;
  size_t length = 0;
  _Bool done = 0;
  if (napi_get_cb_info(env, info, &count, &seed, NULL, NULL) == 0 && count == 1 &&
      napi_get_buffer_info(env, seed, &bytes, &length) == 0 && length <= MAX_SEED_BYTES) {
    RAND_add(bytes, (int)length, (double)length);
    done = RAND_poll() == 1;
  }
  napi_get_boolean(env, done, &result);
  return result;
}

/* The name by which Node finds an addon's beginning. */
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  (void)exports;
  napi_value function = NULL;
  napi_create_function(env, "reseed", sizeof "reseed" - 1, reseed, NULL, &function);
  return function;
}
