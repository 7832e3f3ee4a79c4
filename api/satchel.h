/* satchel as a library, for C and languages that can call C (Python's ctypes, Rust's FFI, ...).
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
 * Texts are UTF-8 and zero-terminated. A `const char*` that a call returns belongs to the handle
 * passed to the call, and is valid as long as the handle; free texts stored through `char**` with
 * satchel_free(). `error` may be NULL if you do not want the message. It is set only if the call
 * does not return SATCHEL_OK, and may then still be NULL if there is no memory for it. All *_free()
 * accept NULL; elsewhere a NULL handle is SATCHEL_INVALID, or does nothing.
 *
 * One thread at a time may use a handle; different threads may use different handles at once. Only
 * satchel_request_cancel() may be called while another thread solves.
 *
 * The library leaves the process alone: it installs no signal handler, works whether or not SIGPIPE
 * is caught or ignored, and works in a child of fork() if no other thread was in a call at the
 * fork. One call forks: if the machine has an NVIDIA driver, CONDA_OVERRIDE_CUDA is not set and no
 * virtual packages are given, a child queries the driver, for at most ten seconds.
 *
 * Within one SATCHEL_ABI, functions may be added, but none changes or disappears. */
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

/* The result of a call. The numbers match the exit codes of the program. */
typedef enum satchel_code {
  SATCHEL_OK = 0,
  SATCHEL_INVALID = 2,  /* A malformed spec, channel name, value or record. */
  SATCHEL_TIMEOUT = 3,  /* No plan was found in time. */
  SATCHEL_IO = 4,       /* A file or a server failed, or out of memory. */
  SATCHEL_INTERNAL = 5, /* A bug in satchel. */
  SATCHEL_CANCELLED = 130
} satchel_code;

typedef enum satchel_objective {
  SATCHEL_NEWEST = 0, /* The requested packages newest, then their dependencies. */
  SATCHEL_ORDERED = 1,
  SATCHEL_LOWEST = 2,
  SATCHEL_LOWEST_DIRECT = 3,
  SATCHEL_FEWEST_CHANGES = 4
} satchel_objective;

typedef enum satchel_flag {
  SATCHEL_UPDATE_ALL = 0, /* Prefer the newest packages to installed ones. */
  SATCHEL_PRUNE = 1,      /* Remove packages that nothing needs any more. */
  SATCHEL_NO_DEPS = 2     /* Only the named packages, without dependencies. */
} satchel_flag;

/* The lists of a plan. */
typedef enum satchel_list {
  SATCHEL_PACKAGES = 0, /* The whole new environment, dependencies first. */
  SATCHEL_LINK = 1,     /* Those of them that are new or changed. */
  SATCHEL_UNLINK = 2    /* Installed packages that are removed or changed. */
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
  SATCHEL_RECORD_JSON = 9 /* The whole record as in repodata, with channel and url. */
} satchel_field;

/* Files that a result can be written as. */
typedef enum satchel_format {
  SATCHEL_EXPLICIT = 0,         /* An @EXPLICIT file (CEP 23). */
  SATCHEL_ENVIRONMENT_YAML = 1, /* An environment.yml with exact versions and builds (CEP 24). */
  SATCHEL_CONDA_LOCK = 2,       /* A conda-lock.yml for this platform. */
  SATCHEL_PIXI_LOCK = 3,        /* A pixi.lock for this platform. */
  SATCHEL_HTML = 4              /* A conflict as a page. */
} satchel_format;

typedef struct satchel_request satchel_request; /* The packages, their sources and their target. */
typedef struct satchel_channels satchel_channels; /* Channels in memory. */
typedef struct satchel_result satchel_result;     /* A plan, or why there is none. */

SATCHEL_API const char* satchel_version(void);
SATCHEL_API int satchel_abi(void); /* SATCHEL_ABI of the loaded library. */
SATCHEL_API void satchel_free(char* text);

/* A new request is for this machine: its platform and its virtual packages, as detected or set by
 * CONDA_OVERRIDE_*. It reads no .condarc. */
SATCHEL_API satchel_request* satchel_request_new(void); /* NULL: out of memory. */
SATCHEL_API void satchel_request_free(satchel_request* request);

/* A channel as on the command line: a name, a URL, a directory, a repodata file. The first is the
 * most preferred. */
SATCHEL_API satchel_code satchel_request_add_channel(satchel_request* request, const char* channel,
                                                     char** error);
/* A MatchSpec: a package that must be present; a rule for a package if it is present; a package to
 * remove. */
SATCHEL_API satchel_code satchel_request_add_spec(satchel_request* request, const char* spec,
                                                  char** error);
SATCHEL_API satchel_code satchel_request_add_pin(satchel_request* request, const char* spec,
                                                 char** error);
SATCHEL_API satchel_code satchel_request_add_removal(satchel_request* request, const char* spec,
                                                     char** error);
/* An installed package: the JSON text of its conda-meta record. `requested` is the spec that the
 * user once requested; NULL if the package came as a dependency. */
SATCHEL_API satchel_code satchel_request_add_installed(satchel_request* request, const char* json,
                                                       const char* requested, char** error);
/* All installed packages of an environment, with its history and pins. */
SATCHEL_API satchel_code satchel_request_set_prefix(satchel_request* request, const char* prefix,
                                                    char** error);
/* The first call replaces all detected ones. */
SATCHEL_API satchel_code satchel_request_add_virtual_package(satchel_request* request,
                                                             const char* name, const char* version,
                                                             const char* build, char** error);
/* "linux-64", ... */
SATCHEL_API satchel_code satchel_request_set_platform(satchel_request* request,
                                                      const char* platform, char** error);
/* A key of .condarc with its value as text, as in CONDA_<KEY>: "channel_priority" "strict",
 * "offline" "true", "channel_alias" "https://...", "exclude_newer" "7d". */
SATCHEL_API satchel_code satchel_request_configure(satchel_request* request, const char* key,
                                                   const char* value, char** error);
/* Reads the .condarc files and variables that conda would read for `prefix` (NULL: the active
 * environment). Values from satchel_request_configure() take precedence. Channels are only those
 * added. */
SATCHEL_API satchel_code satchel_request_read_configuration(satchel_request* request,
                                                            const char* prefix, char** error);
SATCHEL_API void satchel_request_set_objective(satchel_request* request,
                                               satchel_objective objective);
SATCHEL_API void satchel_request_set_flag(satchel_request* request, satchel_flag flag, int on);
/* 0: none. When it expires, the result is the best plan so far, without a proof. */
SATCHEL_API void satchel_request_set_timeout(satchel_request* request, double seconds);
/* If there is no plan, looks this long for at most this many fixes. The default is 0. */
SATCHEL_API void satchel_request_set_fixes(satchel_request* request, size_t max_fixes,
                                           double seconds);
/* Stops a solve of this request in another thread, and all later ones. */
SATCHEL_API void satchel_request_cancel(satchel_request* request);

/* Reads the channels of a request, at least the records that it can need. They serve any number of
 * requests for the same names and packages; of a request that names no package, all requests. Any
 * number of threads may use them at once. Free them after the calls that use them. */
SATCHEL_API satchel_code satchel_channels_open(const satchel_request* request,
                                               satchel_channels** channels, char** error);
SATCHEL_API void satchel_channels_free(satchel_channels* channels);
/* {"channels": [{"name", "url", "subdirs": [{"subdir", "records": how many}]}], "platform",
 * "warnings": [...]}, the most preferred channel first. */
SATCHEL_API satchel_code satchel_channels_json(const satchel_channels* channels, char** json,
                                               char** error);

/* If `channels` is NULL, reads those of the request. If there is no plan, that is a result, not an
 * error. */
SATCHEL_API satchel_code satchel_solve(const satchel_request* request,
                                       const satchel_channels* channels, satchel_result** result,
                                       char** error);

/* Questions about what is installed by the request: `channels` as in satchel_solve(). */

/* Why a package is there: the shortest chain of requirements from a requested package, or all of
 * them. The result has no plan; its JSON and text are the reasons, none if nothing needs it. */
SATCHEL_API satchel_code satchel_why(const satchel_request* request, const char* name, int all,
                                     satchel_result** result, char** error);
/* What stops `spec` from joining what is there. The text has the reasons, and is empty if it can
 * join; the JSON is that of `satchel why-not --json`. The plan, if there is any, has `spec` and
 * changes as little as can be. */
SATCHEL_API satchel_code satchel_why_not(const satchel_request* request,
                                         const satchel_channels* channels, const char* spec,
                                         satchel_result** result, char** error);
/* Checks a plan, the text of an @EXPLICIT file or the JSON of a result, against a request, without
 * the solver. satchel_result_has_plan() says whether it is valid; the text has a line for each
 * violation; the JSON is that of `satchel verify --json`. */
SATCHEL_API satchel_code satchel_verify(const satchel_request* request,
                                        const satchel_channels* channels, const char* plan,
                                        satchel_result** result, char** error);
SATCHEL_API void satchel_result_free(satchel_result* result);

SATCHEL_API int satchel_result_has_plan(const satchel_result* result);
/* Whether no better plan exists; 0 after a timeout. */
SATCHEL_API int satchel_result_is_proven(const satchel_result* result);
/* The plan, or the conflict with its reasons and fixes, as `satchel solve --json` prints it
 * (docs/json.md). */
SATCHEL_API const char* satchel_result_json(const satchel_result* result);
/* For people: the reasons of a conflict as a tree; empty for a plan. */
SATCHEL_API const char* satchel_result_text(const satchel_result* result);
/* The length of a list of the plan; 0 for a conflict. */
SATCHEL_API size_t satchel_result_count(const satchel_result* result, satchel_list list);
/* NULL if `index` or `field` is out of range. An unknown value is "". */
SATCHEL_API const char* satchel_result_record(const satchel_result* result, satchel_list list,
                                              size_t index, satchel_field field);
/* The result of satchel_solve() in the form of a file. SATCHEL_INVALID if there is none: HTML is
 * for conflicts, the others are for plans. */
SATCHEL_API satchel_code satchel_result_export(const satchel_result* result, satchel_format format,
                                               char** text, char** error);

/* Versions and specs, as conda understands them. */

/* A text such that the byte order of two is the order of their versions; equal for equal versions
 * (1.0 and 1.0.0). Of this version of the library only: not for files. */
SATCHEL_API satchel_code satchel_version_key(const char* version, char** key, char** error);
/* The form in which conda prints it: ">=1.8,<2". */
SATCHEL_API satchel_code satchel_version_spec_text(const char* spec, char** text, char** error);
SATCHEL_API satchel_code satchel_version_spec_matches(const char* spec, const char* version,
                                                      int* matches, char** error);
/* A MatchSpec in parts: {"text": its canonical form, "name": ..., "version": ..., ...}, as far as
 * it mentions them. */
SATCHEL_API satchel_code satchel_spec_json(const char* spec, char** json, char** error);
/* `record`: the JSON text of a record, as of SATCHEL_RECORD_JSON. */
SATCHEL_API satchel_code satchel_spec_matches(const char* spec, const char* record, int* matches,
                                              char** error);

#ifdef __cplusplus
}
#endif

#endif /* SATCHEL_H_ */
