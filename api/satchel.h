/* satchel as a library, for C and for what speaks C (Python's ctypes, Rust's FFI, ...).
 *
 *   satchel_request* request = satchel_request_new();
 *   char* error = NULL;
 *   satchel_result* result = NULL;
 *   if (satchel_request_add_channel(request, "conda-forge", &error) == SATCHEL_OK &&
 *       satchel_request_add_spec(request, "numpy >=2", &error) == SATCHEL_OK &&
 *       satchel_solve(request, NULL, &result, &error) == SATCHEL_OK) {
 *     puts(satchel_result_json(result));
 *   } else {
 *     fprintf(stderr, "%s\n", error);
 *   }
 *   satchel_free(error);
 *   satchel_result_free(result);
 *   satchel_request_free(request);
 *
 * Texts are UTF-8 and end with a zero. What a call returns as `const char*` belongs to the handle
 * that it was asked of and lives as long as that; what it stores through `char**` is freed by
 * satchel_free(). `error` may be NULL where nobody wants the message; it is set only if the call
 * does not return SATCHEL_OK, and may then still be NULL if there is no memory for it. All *_free()
 * take NULL; elsewhere a NULL handle is SATCHEL_INVALID, or does nothing.
 *
 * A handle may be used by one thread at a time, different handles by different threads at once;
 * satchel_request_cancel() alone may be called while another thread solves.
 *
 * The library leaves the process alone: it installs no signal handler, needs SIGPIPE neither caught
 * nor ignored, and may be used by a child of fork() that was made while no other thread was in a
 * call. One call forks: where the machine has an NVIDIA driver and neither CONDA_OVERRIDE_CUDA is
 * set nor virtual packages are given, a child asks the driver, for at most ten seconds.
 *
 * The interface grows, but what is here stays: functions are added, none changes or goes within one
 * SATCHEL_ABI. */
#ifndef SATCHEL_H_
#define SATCHEL_H_

#include <stddef.h>
#include <stdint.h>

#if defined(SATCHEL_BUILDING_LIBRARY) && defined(__GNUC__)
#define SATCHEL_API __attribute__((visibility("default")))
#else
#define SATCHEL_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define SATCHEL_ABI 1

/* What became of a call. The numbers are the exit codes of the program where it has the same. */
typedef enum satchel_code {
  SATCHEL_OK = 0,
  SATCHEL_INVALID = 2,  /* A spec, a channel's name, a value, a record that cannot be understood. */
  SATCHEL_TIMEOUT = 3,  /* Before any plan was found. */
  SATCHEL_IO = 4,       /* A file, a server, too little memory (but for the last few bytes). */
  SATCHEL_INTERNAL = 5, /* A bug of ours. */
  SATCHEL_CANCELLED = 130
} satchel_code;

typedef enum satchel_objective {
  SATCHEL_NEWEST = 0, /* The requested packages newest, then what they need. */
  SATCHEL_ORDERED = 1,
  SATCHEL_LOWEST = 2,
  SATCHEL_LOWEST_DIRECT = 3,
  SATCHEL_FEWEST_CHANGES = 4
} satchel_objective;

typedef enum satchel_flag {
  SATCHEL_UPDATE_ALL = 0, /* Prefer the newest of everything to what is installed. */
  SATCHEL_PRUNE = 1,      /* Let go what nothing asks for any more. */
  SATCHEL_NO_DEPS = 2     /* Only the packages named, whatever they need. */
} satchel_flag;

/* The lists of a plan. */
typedef enum satchel_list {
  SATCHEL_PACKAGES = 0, /* All of the new environment, each after what it needs. */
  SATCHEL_LINK = 1,     /* Of these the new and the changed ones. */
  SATCHEL_UNLINK = 2    /* Installed ones that go or change. */
} satchel_list;

typedef enum satchel_field {
  SATCHEL_NAME = 0,
  SATCHEL_VERSION = 1,
  SATCHEL_BUILD = 2,
  SATCHEL_CHANNEL = 3,
  SATCHEL_SUBDIR = 4,
  SATCHEL_FILE_NAME = 5,
  SATCHEL_URL = 6,
  SATCHEL_MD5 = 7,
  SATCHEL_SHA256 = 8,
  SATCHEL_RECORD_JSON = 9 /* All of it, as a channel's repodata has it, with channel and url. */
} satchel_field;

typedef struct satchel_request satchel_request;   /* What is wanted, from where, into what. */
typedef struct satchel_channels satchel_channels; /* Channels that were read. */
typedef struct satchel_result satchel_result;     /* A plan, or why there is none. */

SATCHEL_API const char* satchel_version(void);
SATCHEL_API int satchel_abi(void); /* SATCHEL_ABI of the library that is loaded. */
SATCHEL_API void satchel_free(char* text);

/* A new request is for this machine: its platform, with the virtual packages that are found on it
 * and that CONDA_OVERRIDE_* say; no .condarc is read. */
SATCHEL_API satchel_request* satchel_request_new(void); /* NULL: no memory. */
SATCHEL_API void satchel_request_free(satchel_request* request);

/* A channel as on the command line: a name, a URL, a directory, a repodata file. The first is the
 * most preferred. */
SATCHEL_API satchel_code satchel_request_add_channel(satchel_request* request, const char* channel,
                                                     char** error);
/* A MatchSpec: what must be there; what must hold of a name if it is there; what must go. */
SATCHEL_API satchel_code satchel_request_add_spec(satchel_request* request, const char* spec,
                                                  char** error);
SATCHEL_API satchel_code satchel_request_add_pin(satchel_request* request, const char* spec,
                                                 char** error);
SATCHEL_API satchel_code satchel_request_add_removal(satchel_request* request, const char* spec,
                                                     char** error);
/* An installed package: the JSON text of its conda-meta record. `requested` is the spec that it was
 * once asked for with; NULL if it came as a dependency. */
SATCHEL_API satchel_code satchel_request_add_installed(satchel_request* request, const char* json,
                                                       const char* requested, char** error);
/* All that is installed in an environment, with its history and pins. */
SATCHEL_API satchel_code satchel_request_set_prefix(satchel_request* request, const char* prefix,
                                                    char** error);
/* The first call replaces all that were found on this machine. */
SATCHEL_API satchel_code satchel_request_add_virtual_package(satchel_request* request,
                                                             const char* name, const char* version,
                                                             const char* build, char** error);
/* "linux-64", ... */
SATCHEL_API satchel_code satchel_request_set_platform(satchel_request* request,
                                                      const char* platform, char** error);
/* A key of .condarc with its value as text, as CONDA_<KEY> would have it: "channel_priority"
 * "strict", "offline" "true", "channel_alias" "https://...", "exclude_newer" "7d". */
SATCHEL_API satchel_code satchel_request_configure(satchel_request* request, const char* key,
                                                   const char* value, char** error);
/* Reads the .condarc files and variables that conda would, for `prefix` (NULL: the active one):
 * under what was configured, but for the channels, which are only those added. */
SATCHEL_API satchel_code satchel_request_read_configuration(satchel_request* request,
                                                            const char* prefix, char** error);
SATCHEL_API void satchel_request_set_objective(satchel_request* request,
                                               satchel_objective objective);
SATCHEL_API void satchel_request_set_flag(satchel_request* request, satchel_flag flag, int on);
/* 0: none. At its end the best plan so far is the result, not proven to be the best. */
SATCHEL_API void satchel_request_set_timeout(satchel_request* request, double seconds);
/* Where there is no plan, look so long for at most so many fixes. 0 by default. */
SATCHEL_API void satchel_request_set_fixes(satchel_request* request, size_t max_fixes,
                                           double seconds);
/* Stops a solve that another thread is in, and all later ones of this request. */
SATCHEL_API void satchel_request_cancel(satchel_request* request);

/* Reads the channels of a request, at least what it can need of them. They serve any number of
 * requests for the same names and packages, and live until they are freed: after the results. */
SATCHEL_API satchel_code satchel_channels_open(const satchel_request* request,
                                               satchel_channels** channels, char** error);
SATCHEL_API void satchel_channels_free(satchel_channels* channels);

/* `channels` NULL: those of the request are read. That there is no plan is no error, but a result.
 */
SATCHEL_API satchel_code satchel_solve(const satchel_request* request,
                                       const satchel_channels* channels, satchel_result** result,
                                       char** error);
SATCHEL_API void satchel_result_free(satchel_result* result);

SATCHEL_API int satchel_result_has_plan(const satchel_result* result);
/* That no better plan exists; 0 after a timeout. */
SATCHEL_API int satchel_result_is_proven(const satchel_result* result);
/* The plan or the conflict with its reasons and fixes, as `satchel solve --json` prints it
 * (docs/json.md). */
SATCHEL_API const char* satchel_result_json(const satchel_result* result);
/* The same for people: of a conflict the reasons as a tree; empty for a plan. */
SATCHEL_API const char* satchel_result_text(const satchel_result* result);
/* Of a plan; 0 for a conflict. */
SATCHEL_API size_t satchel_result_count(const satchel_result* result, satchel_list list);
/* NULL if there is none at this place. An unknown value is "". */
SATCHEL_API const char* satchel_result_record(const satchel_result* result, satchel_list list,
                                              size_t index, satchel_field field);

#ifdef __cplusplus
}
#endif

#endif /* SATCHEL_H_ */
