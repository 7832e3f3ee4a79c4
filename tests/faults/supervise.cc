// satchel_faults DIRECTORY NUMBER FAULT LOG PROGRAM ARGUMENT...
//
// Runs the program, and lets its NUMBER-th call of the system that is about what is below DIRECTORY
// fail in the way of FAULT (fault.h has the words). With NUMBER 0 nothing fails; all such calls are
// written to LOG: what they are (the sum of their traits), their names and paths. Otherwise only
// the one that failed is.
//
// The kernel stops the program before each such call, and asks here (seccomp_unotify(2)): so none
// is missed, whichever library makes it. Of processes that it starts in turn, the calls are let
// through: what scripts do to files is not the program's to undo. It runs on one processor, and so
// asks for no more threads than it must: the calls come in one order. Waiting for the disk is left
// out.

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <climits>

#include "tests/faults/fault.h"
#include "tests/faults/system_calls.h"

namespace satchel::testing {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  _exit(126);
}

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// Asks about the calls of the table; those that only look are most, and are asked about on demand.
std::vector<sock_filter> Filter(bool looks) {
  const auto load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  };
  const auto skip_unless = [](std::uint32_t value, std::uint8_t count) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
  };
  const sock_filter ask = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  constexpr std::size_t kLowHalf = __BYTE_ORDER == __LITTLE_ENDIAN ? 0 : 4;
  const auto argument = [](int i) { return offsetof(seccomp_data, args) + 8 * i + kLowHalf; };
  std::vector<sock_filter> code = {load(offsetof(seccomp_data, arch)),
                                   skip_unless(kArchitecture, 1), load(offsetof(seccomp_data, nr))};
  // Another architecture's number is left in place of the call's, and fits none.
  for (const SystemCall& call : SystemCalls()) {
    const auto number = static_cast<std::uint32_t>(call.number);
    if (!looks && (call.traits & kLook) != 0) {
      continue;
    }
    if (call.number == SYS_ioctl) {
      code.insert(code.end(),
                  {skip_unless(number, 4), load(argument(1)), skip_unless(FICLONE, 1), ask, allow});
    } else if (call.number == SYS_mmap) {  // Memory of no file.
      code.insert(code.end(), {skip_unless(number, 4), load(argument(4)),
                               skip_unless(0xffffffff, 1), allow, ask});
    } else {
      code.insert(code.end(), {skip_unless(number, 1), ask});
    }
  }
  code.push_back(allow);
  return code;
}

// What carries a descriptor from one process to another, with a byte that means nothing.
struct DescriptorMessage {
  DescriptorMessage() {
    header.msg_iov = &bytes;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
  }
  DescriptorMessage(const DescriptorMessage&) = delete;
  DescriptorMessage& operator=(const DescriptorMessage&) = delete;

  char byte = 0;
  iovec bytes = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr header = {};
};

void SendDescriptor(int socket, int descriptor) {
  DescriptorMessage message;
  cmsghdr* const content = CMSG_FIRSTHDR(&message.header);
  content->cmsg_level = SOL_SOCKET;
  content->cmsg_type = SCM_RIGHTS;
  content->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(content), &descriptor, sizeof descriptor);
  if (sendmsg(socket, &message.header, 0) < 0) {
    Die("sendmsg");
  }
}

int ReceiveDescriptor(int socket) {
  DescriptorMessage message;
  int descriptor = -1;  // If the child has died, and said why.
  if (recvmsg(socket, &message.header, MSG_CMSG_CLOEXEC) == 1 &&
      CMSG_FIRSTHDR(&message.header) != nullptr) {
    std::memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message.header)), sizeof descriptor);
  }
  return descriptor;
}

// Whether it was our own fault that a filter that asks was refused: not if the kernel knows none,
// if the system forbids it, or if somebody watches this process already.
bool MayWatch() {
  const int error = errno;
  seccomp_notif_sizes sizes = {};
  const bool is_known = syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes) == 0;
  errno = error;
  return is_known && error != EPERM && error != EACCES && error != EBUSY;
}

[[noreturn]] void BecomeProgram(char** command, bool looks, int socket) {
  std::vector<sock_filter> code = Filter(looks);
  const sock_fprog program = {static_cast<unsigned short>(code.size()), code.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    Die("prctl");
  }
  const long listener =
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  if (listener < 0) {
    MayWatch() ? Die("seccomp") : NotPermitted("seccomp");
  }
  SendDescriptor(socket, static_cast<int>(listener));
  syscall(SYS_close, listener);
  syscall(SYS_close, socket);
  execvp(command[0], command);
  Die(command[0]);
}

class Supervisor final {
 public:
  Supervisor(pid_t child, int listener, std::string directory, long number, const Fault& fault,
             const char* log)
      : child_(child),
        listener_(listener),
        directory_(std::move(directory)),
        number_(number),
        fault_(fault),
        log_(log) {}

  // Answers until there is nobody left to ask, scripts included.
  void Serve() {
    for (;;) {
      pollfd end = {listener_, POLLIN, 0};
      if (poll(&end, 1, -1) < 0 && errno != EINTR) {
        Die("poll");
      }
      if ((end.revents & POLLIN) == 0) {
        if ((end.revents & POLLHUP) != 0) {
          return;
        }
        continue;
      }
      seccomp_notif question = {};
      if (ioctl(listener_, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) {
        continue;  // Who asked has died.
      }
      seccomp_notif_resp answer = {};
      answer.id = question.id;
      Answer(question, &answer);
      ioctl(listener_, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
  }

 private:
  void Answer(const seccomp_notif& question, seccomp_notif_resp* answer) {
    answer->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    if (!IsOfProgram(static_cast<int>(question.pid))) {
      return;
    }
    const SeenCall call = See(question, directory_);
    if (call.name.empty()) {
      return;
    }
    ++count_;
    const bool is_it = count_ == number_;
    if (number_ == 0 || is_it) {
      log_ << call.traits << ' ' << call.name << ' ' << call.path << std::endl;
    }
    has_begun_ = has_begun_ || is_it;
    if (is_it || (has_begun_ && (call.traits & fault_.then) != 0)) {
      Fail(question, is_it && (call.traits & kBytes) != 0, answer);
    } else if ((call.traits & kSync) != 0) {
      answer->flags = 0;
    }
  }

  // Where threads race, the call of this number may be another one than it was when counted.
  void Fail(const seccomp_notif& question, bool is_first_write, seccomp_notif_resp* answer) {
    answer->flags = 0;
    answer->error = -fault_.error;
    if (fault_.half_written && is_first_write) {
      answer->error = 0;
      answer->val = WriteHalf(question);
    }
    if (fault_.kills) {
      kill(child_, SIGKILL);
    }
  }

  // In the program's place.
  static std::int64_t WriteHalf(const seccomp_notif& question) {
    const auto process = static_cast<int>(question.pid);
    const auto pidfd = static_cast<int>(syscall(SYS_pidfd_open, ProgramOf(process), 0));
    const auto file = static_cast<int>(syscall(SYS_pidfd_getfd, pidfd, question.data.args[0], 0));
    const std::string bytes =
        ReadMemory(process, question.data.args[1], (question.data.args[2] + 1) / 2);
    const ssize_t written =
        question.data.nr == SYS_write
            ? write(file, bytes.data(), bytes.size())
            : pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(question.data.args[3]));
    if (written < 0) {
      Die("half of a write");
    }
    close(file);
    close(pidfd);
    return written;
  }

  // The process of a thread.
  static int ProgramOf(int thread) {
    std::ifstream status("/proc/" + std::to_string(thread) + "/status");
    for (std::string word; status >> word;) {
      if (word == "Tgid:") {
        int process = 0;
        status >> process;
        return process;
      }
    }
    return 0;
  }
  bool IsOfProgram(int thread) {
    const auto [found, is_new] = is_of_program_.try_emplace(thread, thread == child_);
    if (is_new && thread != child_) {
      found->second = ProgramOf(thread) == child_;
    }
    return found->second;
  }

  const pid_t child_;
  const int listener_;
  const std::string directory_;
  const long number_;
  const Fault& fault_;
  std::ofstream log_;
  long count_ = 0;
  bool has_begun_ = false;
  std::map<int, bool> is_of_program_;
};

int Run(char** arguments) {
  const std::string directory = arguments[1];
  const long number = std::atol(arguments[2]);
  const Fault* const fault = FindFault(arguments[3]);
  if (fault == nullptr) {
    return 125;
  }
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    Die("socketpair");
  }
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(static_cast<std::size_t>(sched_getcpu()), &here);
  sched_setaffinity(0, sizeof here, &here);
  const pid_t child = fork();
  if (child == 0) {
    BecomeProgram(arguments + 5, fault->looks, sockets[1]);
  }
  close(sockets[1]);
  const int listener = ReceiveDescriptor(sockets[0]);
  if (listener >= 0) {
    Supervisor(child, listener, directory, number, *fault, arguments[4]).Serve();
  }
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) {
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
  }
  return WEXITSTATUS(status);
}

}  // namespace
}  // namespace satchel::testing

int main(int count, char** arguments) {
  return count < 6 ? 125 : satchel::testing::Run(arguments);
}
