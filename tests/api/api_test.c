/* libsatchel as a C program uses it. The argument is the directory of the demo channels. */

#define _GNU_SOURCE

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/satchel.h"

static int failures = 0;

#define EXPECT(condition)                                                   \
  do {                                                                      \
    if (!(condition)) {                                                     \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                           \
    }                                                                       \
  } while (0)

static char channel[4096];

/* For a machine that is the same everywhere. */
static satchel_request* NewRequest(void) {
  satchel_request* request = satchel_request_new();
  EXPECT(satchel_request_set_platform(request, "linux-64", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__glibc", "2.36", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__linux", "6.1", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_virtual_package(request, "__unix", "0", "0", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_add_channel(request, channel, NULL) == SATCHEL_OK);
  return request;
}

static void SolvesToRecords(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  char* error = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy", &error) == SATCHEL_OK);
  EXPECT(satchel_solve(request, NULL, &result, &error) == SATCHEL_OK);
  if (error != NULL) {
    fprintf(stderr, "%s\n", error);
    satchel_free(error);
  }
  if (result == NULL) {
    ++failures;
    return;
  }
  EXPECT(satchel_result_has_plan(result));
  EXPECT(satchel_result_is_proven(result));
  size_t count = satchel_result_count(result, SATCHEL_PACKAGES);
  EXPECT(count > 1);
  EXPECT(count == satchel_result_count(result, SATCHEL_LINK));
  EXPECT(satchel_result_count(result, SATCHEL_UNLINK) == 0);
  int found = 0;
  for (size_t i = 0; i < count; ++i) {
    if (strcmp(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_NAME), "numpy") == 0) {
      found = 1;
      EXPECT(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_VERSION)[0] != '\0');
      EXPECT(strstr(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_URL), "numpy") !=
             NULL);
      EXPECT(strstr(satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_RECORD_JSON),
                    "\"depends\"") != NULL);
    }
  }
  EXPECT(found);
  EXPECT(satchel_result_record(result, SATCHEL_PACKAGES, count, SATCHEL_NAME) == NULL);
  EXPECT(strstr(satchel_result_json(result), "\"LINK\"") != NULL);

  /* What it says can be installed: then nothing is left to do. */
  satchel_request* again = NewRequest();
  for (size_t i = 0; i < count; ++i) {
    const char* json = satchel_result_record(result, SATCHEL_PACKAGES, i, SATCHEL_RECORD_JSON);
    EXPECT(satchel_request_add_installed(again, json, i == 0 ? "python" : NULL, NULL) ==
           SATCHEL_OK);
  }
  EXPECT(satchel_request_add_spec(again, "numpy", NULL) == SATCHEL_OK);
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(again, &channels, NULL) == SATCHEL_OK);
  satchel_result* same = NULL;
  EXPECT(satchel_solve(again, channels, &same, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_count(same, SATCHEL_LINK) == 0);
  EXPECT(satchel_result_count(same, SATCHEL_PACKAGES) == count);
  satchel_result_free(same);
  satchel_channels_free(channels);
  satchel_request_free(again);
  satchel_result_free(result);
  satchel_request_free(request);
}

static void ExplainsConflicts(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy <0.1", NULL) == SATCHEL_OK);
  satchel_request_set_fixes(request, 2, 5);
  EXPECT(satchel_solve(request, NULL, &result, NULL) == SATCHEL_OK);
  EXPECT(!satchel_result_has_plan(result));
  EXPECT(satchel_result_count(result, SATCHEL_PACKAGES) == 0);
  EXPECT(strstr(satchel_result_json(result), "\"fixes\"") != NULL);
  EXPECT(strstr(satchel_result_text(result), "numpy") != NULL);
  satchel_result_free(result);
  satchel_request_free(request);
}

/* 1 if the text has the word; frees the text. */
static int HasAndFree(char* text, const char* word) {
  int has = text != NULL && strstr(text, word) != NULL;
  satchel_free(text);
  return has;
}

static void WritesFiles(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  char* text = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy", NULL) == SATCHEL_OK);
  EXPECT(satchel_solve(request, NULL, &result, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_export(result, SATCHEL_EXPLICIT, &text, NULL) == SATCHEL_OK);
  EXPECT(text != NULL && strstr(text, "@EXPLICIT") != NULL);
  /* What it writes is valid, by both forms; a plan with something missing is not. */
  satchel_result* checked = NULL;
  EXPECT(satchel_verify(request, NULL, text, &checked, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_has_plan(checked));
  EXPECT(satchel_result_export(checked, SATCHEL_EXPLICIT, &text, NULL) == SATCHEL_INVALID);
  satchel_result_free(checked);
  satchel_free(text);
  EXPECT(satchel_verify(request, NULL, satchel_result_json(result), &checked, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_has_plan(checked));
  satchel_result_free(checked);
  EXPECT(satchel_verify(request, NULL, "@EXPLICIT\n", &checked, NULL) == SATCHEL_OK);
  EXPECT(!satchel_result_has_plan(checked));
  EXPECT(strstr(satchel_result_text(checked), "numpy") != NULL);
  satchel_result_free(checked);
  EXPECT(satchel_verify(request, NULL, "numpy", &checked, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_result_export(result, SATCHEL_ENVIRONMENT_YAML, &text, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(text, "dependencies:"));
  EXPECT(satchel_result_export(result, SATCHEL_CONDA_LOCK, &text, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(text, "content_hash"));
  EXPECT(satchel_result_export(result, SATCHEL_PIXI_LOCK, &text, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(text, "version: 6"));
  EXPECT(satchel_result_export(result, SATCHEL_HTML, &text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_result_export(result, (satchel_format)17, &text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_result_export(NULL, SATCHEL_EXPLICIT, &text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_result_export(result, SATCHEL_EXPLICIT, NULL, NULL) == SATCHEL_INVALID);
  satchel_result_free(result);
  EXPECT(satchel_request_add_spec(request, "numpy <0.1", NULL) == SATCHEL_OK);
  EXPECT(satchel_solve(request, NULL, &result, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_export(result, SATCHEL_HTML, &text, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(text, "<html"));
  EXPECT(satchel_result_export(result, SATCHEL_EXPLICIT, &text, NULL) == SATCHEL_INVALID);
  satchel_result_free(result);
  satchel_request_free(request);
}

static void SaysWhy(void) {
  satchel_request* request = NewRequest();
  satchel_result* plan = NULL;
  satchel_result* result = NULL;
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(request, &channels, NULL) == SATCHEL_OK); /* For all requests. */
  char* text = NULL;
  EXPECT(satchel_channels_json(channels, &text, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(text, "linux-64"));
  EXPECT(satchel_request_add_spec(request, "numpy", NULL) == SATCHEL_OK);
  EXPECT(satchel_solve(request, channels, &plan, NULL) == SATCHEL_OK);
  satchel_request* there = NewRequest();
  for (size_t i = 0; i < satchel_result_count(plan, SATCHEL_PACKAGES); ++i) {
    const char* json = satchel_result_record(plan, SATCHEL_PACKAGES, i, SATCHEL_RECORD_JSON);
    const char* name = satchel_result_record(plan, SATCHEL_PACKAGES, i, SATCHEL_NAME);
    EXPECT(satchel_request_add_installed(there, json, strcmp(name, "numpy") == 0 ? "numpy" : NULL,
                                         NULL) == SATCHEL_OK);
  }
  EXPECT(satchel_why(there, "python", 0, &result, NULL) == SATCHEL_OK);
  EXPECT(strstr(satchel_result_text(result), "numpy") != NULL);
  EXPECT(strstr(satchel_result_json(result), "reasons") != NULL);
  satchel_result_free(result);
  EXPECT(satchel_why(there, "no-such", 1, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why(there, "*", 1, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why_not(there, channels, "python <3", &result, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_text(result)[0] != '\0');
  satchel_result_free(result);
  EXPECT(satchel_why_not(there, channels, "numpy", &result, NULL) == SATCHEL_OK);
  EXPECT(satchel_result_has_plan(result));
  satchel_result_free(result);
  satchel_result_free(plan);
  satchel_channels_free(channels);
  satchel_request_free(there);
  satchel_request_free(request);
}

static void KnowsVersionsAndSpecs(void) {
  char* one = NULL;
  char* other = NULL;
  int matches = -1;
  EXPECT(satchel_version_key("1.0rc1", &one, NULL) == SATCHEL_OK);
  EXPECT(satchel_version_key("1.0", &other, NULL) == SATCHEL_OK);
  EXPECT(strcmp(one, other) < 0);
  satchel_free(one);
  EXPECT(satchel_version_key("1.0.0", &one, NULL) == SATCHEL_OK);
  EXPECT(strcmp(one, other) == 0);
  satchel_free(one);
  satchel_free(other);
  EXPECT(satchel_version_key("", &one, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_version_key("1", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_version_key(NULL, &one, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_version_spec_text("1.8*", &one, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(one, "1.8"));
  EXPECT(satchel_version_spec_text("=>1", &one, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_version_spec_matches(">=1,<2", "1.9", &matches, NULL) == SATCHEL_OK && matches == 1);
  EXPECT(satchel_version_spec_matches(">=1,<2", "2.0", &matches, NULL) == SATCHEL_OK && matches == 0);
  EXPECT(satchel_version_spec_matches(">=1", "1", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_spec_json("c::a >=1 b*", &one, NULL) == SATCHEL_OK);
  EXPECT(HasAndFree(one, "\"build\": \"b*\""));
  EXPECT(satchel_spec_json(NULL, &one, NULL) == SATCHEL_INVALID);
  const char* record = "{\"name\": \"a\", \"version\": \"1.5\", \"build\": \"b0\"}";
  EXPECT(satchel_spec_matches("a >=1 b*", record, &matches, NULL) == SATCHEL_OK && matches == 1);
  EXPECT(satchel_spec_matches("a >=2", record, &matches, NULL) == SATCHEL_OK && matches == 0);
  EXPECT(satchel_spec_matches("a", "[]", &matches, NULL) == SATCHEL_INVALID);
}

static void SaysWhatIsWrong(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  char* error = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy >=>2", &error) == SATCHEL_INVALID);
  EXPECT(error != NULL && strlen(error) > 0);
  satchel_free(error);
  error = NULL;
  EXPECT(satchel_request_add_spec(request, NULL, &error) == SATCHEL_INVALID);
  satchel_free(error);
  EXPECT(satchel_request_add_installed(request, "{", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_platform(request, "beos-64", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "channel_priority", "perhaps", NULL) ==
         SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "no_such_key", "1", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "channel_priority", "strict", NULL) == SATCHEL_OK);
  EXPECT(satchel_request_set_prefix(request, "/nonexistent", NULL) == SATCHEL_IO);
  EXPECT(satchel_request_add_channel(request, "/no/such/channel", NULL) == SATCHEL_OK);
  error = NULL;
  EXPECT(satchel_solve(request, NULL, &result, &error) == SATCHEL_IO);
  EXPECT(result == NULL && error != NULL && strstr(error, "/no/such/channel") != NULL);
  satchel_free(error);
  satchel_request_free(request);
  satchel_request_free(NULL);
  satchel_result_free(NULL);
  satchel_free(NULL);
}

static void* Cancel(void* request) {
  satchel_request_cancel(request);
  return NULL;
}

static void CanBeCancelled(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  EXPECT(satchel_request_add_spec(request, "numpy", NULL) == SATCHEL_OK);
  pthread_t other;
  EXPECT(pthread_create(&other, NULL, &Cancel, request) == 0);
  pthread_join(other, NULL);
  /* Either nothing, or a plan that was found all the same. */
  satchel_code code = satchel_solve(request, NULL, &result, NULL);
  EXPECT(code == SATCHEL_CANCELLED || code == SATCHEL_OK);
  satchel_result_free(result);
  satchel_request_free(request);
}

/* Every function, with NULL wherever a pointer goes in. */
static void TakesNull(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  satchel_channels* channels = NULL;
  char* error = NULL;
  EXPECT(satchel_request_add_channel(NULL, "x", &error) == SATCHEL_INVALID);
  EXPECT(error != NULL && strstr(error, "NULL") != NULL);
  satchel_free(error);
  EXPECT(satchel_request_add_channel(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_spec(NULL, "x", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_pin(NULL, "x", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_pin(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_removal(NULL, "x", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_removal(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_installed(NULL, "{}", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_installed(request, NULL, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_prefix(NULL, "/", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_prefix(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_virtual_package(NULL, "a", "1", "0", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_virtual_package(request, NULL, "1", "0", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_virtual_package(request, "a", NULL, "0", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_virtual_package(request, "a", "1", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_platform(NULL, "linux-64", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_platform(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(NULL, "offline", "true", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, NULL, "true", NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, "offline", NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_read_configuration(NULL, NULL, NULL) == SATCHEL_INVALID);
  satchel_request_set_objective(NULL, SATCHEL_NEWEST);
  satchel_request_set_flag(NULL, SATCHEL_PRUNE, 1);
  satchel_request_set_timeout(NULL, 1);
  satchel_request_set_fixes(NULL, 1, 1);
  satchel_request_cancel(NULL);
  EXPECT(satchel_channels_open(NULL, &channels, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_channels_open(request, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_solve(NULL, NULL, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_solve(request, NULL, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(!satchel_result_has_plan(NULL) && !satchel_result_is_proven(NULL));
  EXPECT(satchel_result_json(NULL) == NULL && satchel_result_text(NULL) == NULL);
  EXPECT(satchel_result_count(NULL, SATCHEL_LINK) == 0);
  EXPECT(satchel_result_record(NULL, SATCHEL_LINK, 0, SATCHEL_NAME) == NULL);
  EXPECT(satchel_why(NULL, "a", 0, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why(request, NULL, 0, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why(request, "a", 0, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why_not(NULL, NULL, "a", &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_why_not(request, NULL, NULL, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_verify(NULL, NULL, "@EXPLICIT", &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_verify(request, NULL, NULL, &result, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_channels_json(NULL, &error, NULL) == SATCHEL_INVALID);
  satchel_channels_free(NULL);
  satchel_request_free(request);
}

/* Numbers that stand for nothing, texts of any length, bytes that are no text. */
static void TakesNonsense(void) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  static const int kNumbers[] = {-1, 3, 5, 10, 1000000, -2147483647};
  for (size_t i = 0; i < sizeof(kNumbers) / sizeof(kNumbers[0]); ++i) {
    satchel_request_set_objective(request, (satchel_objective)(kNumbers[i] == 3 ? 99 : kNumbers[i]));
    satchel_request_set_flag(request, (satchel_flag)kNumbers[i], 1);
  }
  static const double kSeconds[] = {-1.0, INFINITY, -INFINITY, 1e300};
  for (size_t i = 0; i < sizeof(kSeconds) / sizeof(kSeconds[0]); ++i) {
    satchel_request_set_timeout(request, kSeconds[i]);
    satchel_request_set_fixes(request, (size_t)-1, kSeconds[i]);
  }
  satchel_request_set_timeout(request, (double)NAN);
  satchel_request_set_fixes(request, 3, (double)NAN);
  const size_t length = 4 << 20;
  char* text = malloc(length + 1);
  EXPECT(text != NULL);
  memset(text, 'a', length);
  text[length] = '\0';
  satchel_request_add_spec(request, text, NULL);
  memset(text, '(', length);
  EXPECT(satchel_request_add_spec(request, text, NULL) == SATCHEL_INVALID);
  memset(text, '[', length);
  EXPECT(satchel_request_add_spec(request, text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_add_installed(request, text, NULL, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_platform(request, text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_configure(request, text, text, NULL) == SATCHEL_INVALID);
  EXPECT(satchel_request_set_prefix(request, text, NULL) != SATCHEL_OK);
  satchel_request_free(request);
  request = NewRequest();
  EXPECT(satchel_request_add_channel(request, text, NULL) == SATCHEL_OK);
  EXPECT(satchel_solve(request, NULL, &result, NULL) != SATCHEL_OK);
  satchel_request_free(request);
  free(text);
  request = NewRequest();
  satchel_request_add_spec(request, "\xff\xfe", NULL);
  satchel_request_add_virtual_package(request, "__\xff", "1", "\xfe", NULL);
  satchel_code code = satchel_solve(request, NULL, &result, NULL);
  EXPECT(code == SATCHEL_OK || code == SATCHEL_INVALID);
  if (result != NULL) {
    EXPECT(satchel_result_count(result, (satchel_list)17) == 0);
    EXPECT(satchel_result_count(result, (satchel_list)-1) == 0);
    EXPECT(satchel_result_record(result, SATCHEL_LINK, 0, (satchel_field)-1) == NULL);
    EXPECT(satchel_result_record(result, SATCHEL_LINK, 0, (satchel_field)10) == NULL);
    EXPECT(satchel_result_record(result, SATCHEL_LINK, (size_t)-1, SATCHEL_NAME) == NULL);
  }
  satchel_result_free(result);
  satchel_request_free(request);
}

/* 0 if numpy is solved for. */
static int SolveNumpy(const satchel_channels* channels) {
  satchel_request* request = NewRequest();
  satchel_result* result = NULL;
  satchel_request_add_spec(request, "numpy", NULL);
  int solved = satchel_solve(request, channels, &result, NULL) == SATCHEL_OK &&
               satchel_result_has_plan(result);
  satchel_result_free(result);
  satchel_request_free(request);
  return solved ? 0 : 1;
}

static void OnSignal(int signal) {
  (void)signal;
}

/* What the host does about each signal, and which of them it blocks, is as it was. */
static void LeavesSignalsAlone(void) {
  struct sigaction before[NSIG];
  sigset_t mask_before;
  sigset_t mask_after;
  signal(SIGBUS, &OnSignal);
  for (int i = 1; i < NSIG; ++i) {
    sigaction(i, NULL, &before[i]);
  }
  pthread_sigmask(SIG_SETMASK, NULL, &mask_before);
  EXPECT(SolveNumpy(NULL) == 0);
  satchel_request* request = NewRequest(); /* The network too: nobody listens there. */
  satchel_channels* channels = NULL;
  satchel_request_add_channel(request, "http://127.0.0.1:9/x", NULL);
  satchel_request_configure(request, "remote_max_retries", "0", NULL);
  EXPECT(satchel_channels_open(request, &channels, NULL) == SATCHEL_IO);
  satchel_request_free(request);
  for (int i = 1; i < NSIG; ++i) {
    struct sigaction after;
    if (sigaction(i, NULL, &after) == 0) {
      EXPECT(after.sa_handler == before[i].sa_handler && after.sa_flags == before[i].sa_flags);
    }
  }
  pthread_sigmask(SIG_SETMASK, NULL, &mask_after);
  for (int i = 1; i < NSIG; ++i) {
    EXPECT(sigismember(&mask_before, i) == sigismember(&mask_after, i));
  }
  signal(SIGBUS, SIG_DFL);
}

/* Cuts all files of the index cache short. */
static int Truncate(const char* directory) {
  DIR* files = opendir(directory);
  int count = 0;
  struct dirent* entry = NULL;
  while (files != NULL && (entry = readdir(files)) != NULL) {
    char path[8192 + 256];
    snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
    if (entry->d_name[0] != '.' && truncate(path, 100) == 0) {
      ++count;
    }
  }
  if (files != NULL) {
    closedir(files);
  }
  return count;
}

static void LivesWhenAnIndexIsCutShort(const char* cache) {
  char index[8192];
  snprintf(index, sizeof(index), "%s/index", cache);
  EXPECT(SolveNumpy(NULL) == 0); /* Makes the index, if it is not there. */
  satchel_request* request = NewRequest();
  satchel_request_add_spec(request, "numpy", NULL);
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(request, &channels, NULL) == SATCHEL_OK);
  EXPECT(Truncate(index) > 0);
  EXPECT(SolveNumpy(channels) == 0);
  satchel_channels_free(channels);
  satchel_request_free(request);
  EXPECT(SolveNumpy(NULL) == 0); /* Makes it anew. */
}

static void WorksInAForkedChild(void) {
  satchel_request* request = NewRequest();
  satchel_request_add_spec(request, "numpy", NULL);
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(request, &channels, NULL) == SATCHEL_OK);
  pid_t child = fork();
  if (child == 0) {
    _exit(SolveNumpy(channels) | SolveNumpy(NULL));
  }
  int status = -1;
  EXPECT(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT(SolveNumpy(channels) == 0);
  satchel_channels_free(channels);
  satchel_request_free(request);
}

static void* SolveInThread(void* channels) {
  return SolveNumpy(channels) == 0 ? NULL : channels;
}

static void ServesManyThreads(void) {
  satchel_request* request = NewRequest();
  satchel_request_add_spec(request, "numpy", NULL);
  satchel_channels* channels = NULL;
  EXPECT(satchel_channels_open(request, &channels, NULL) == SATCHEL_OK);
  pthread_t threads[4];
  for (int i = 0; i < 4; ++i) {
    EXPECT(pthread_create(&threads[i], NULL, &SolveInThread, channels) == 0);
  }
  for (int i = 0; i < 4; ++i) {
    void* failed = NULL;
    pthread_join(threads[i], &failed);
    EXPECT(failed == NULL);
  }
  satchel_channels_free(channels);
  satchel_request_free(request);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/* Allocations of the whole process come here first; the one of this number, and no other, fails. Small ones
 * are left alone: for want of a few bytes StrFormat() of Abseil and the trees of the JSON library end the
 * process, but no system is out of exactly these. */
enum { kLarge = 2048 };
static long allocation_that_fails = -1;
static long allocations = 0;

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);

static int Fails(size_t size) {
  return size >= kLarge && __atomic_load_n(&allocation_that_fails, __ATOMIC_RELAXED) >= 0 &&
         __atomic_fetch_add(&allocations, 1, __ATOMIC_RELAXED) == allocation_that_fails;
}

void* malloc(size_t size) {
  return Fails(size) ? NULL : __libc_malloc(size);
}

void* calloc(size_t count, size_t size) {
  return Fails(count * size) ? NULL : __libc_calloc(count, size);
}

void* realloc(void* memory, size_t size) {
  return Fails(size) ? NULL : __libc_realloc(memory, size);
}

/* Everything from a new request to a result, with one allocation failing. */
static void SolveWithout(long allocation) {
  allocations = 0;
  allocation_that_fails = allocation;
  satchel_request* request = satchel_request_new();
  satchel_result* result = NULL;
  char* error = NULL;
  satchel_code code = SATCHEL_IO;
  if (request != NULL) {
    code = satchel_request_add_channel(request, channel, NULL);
    code = code != SATCHEL_OK ? code : satchel_request_add_spec(request, "numpy", NULL);
    code = code != SATCHEL_OK ? code : satchel_solve(request, NULL, &result, &error);
  }
  allocation_that_fails = -1;
  EXPECT(code == SATCHEL_OK || code == SATCHEL_IO);
  EXPECT((code == SATCHEL_OK) == (result != NULL));
  if (code != SATCHEL_OK && code != SATCHEL_IO) {
    fprintf(stderr, "allocation %ld: code %d: %s\n", allocation, (int)code, error);
  }
  satchel_free(error);
  satchel_result_free(result);
  satchel_request_free(request);
}

/* Whatever cannot be allocated, there is an answer or an error, never an end of the process. */
static void SaysThatThereIsNoMemory(void) {
  EXPECT(SolveNumpy(NULL) == 0); /* What is loaded when it is needed is loaded. */
  SolveWithout(1L << 40);
  const long all = allocations;
  const char* wanted = getenv("SATCHEL_ALLOCATIONS");
  long points = wanted == NULL ? 500 : atol(wanted);
  points = points < all ? points : all;
  for (long i = 0; i < points; ++i) {
    SolveWithout(i * all / points);
  }
  EXPECT(SolveNumpy(NULL) == 0);
  printf("%ld of %ld allocations failed\n", points, all);
}
#endif

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: api_test DIRECTORY CACHE\n");
    return 2;
  }
  setenv("SATCHEL_CACHE_DIR", argv[2], 1);
  snprintf(channel, sizeof(channel), "%s/conda-forge", argv[1]);
  EXPECT(satchel_abi() == SATCHEL_ABI);
  EXPECT(strlen(satchel_version()) > 0);
  SolvesToRecords();
  ExplainsConflicts();
  WritesFiles();
  SaysWhy();
  KnowsVersionsAndSpecs();
  SaysWhatIsWrong();
  CanBeCancelled();
  TakesNull();
  TakesNonsense();
  LeavesSignalsAlone();
  LivesWhenAnIndexIsCutShort(argv[2]);
  WorksInAForkedChild();
  ServesManyThreads();
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  SaysThatThereIsNoMemory();
#endif
  if (failures == 0) {
    puts("ok");
  }
  return failures == 0 ? 0 : 1;
}
