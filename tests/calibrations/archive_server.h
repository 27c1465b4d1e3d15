// SPDX-FileCopyrightText: 2026 the Wyvern developers
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace wyvern::testing {

// archive_server.py on a port of its own, as long as this lives.
class ArchiveServer {
 public:
  explicit ArchiveServer(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_ / "files");
    int to_child[2], from_child[2];
    if (::pipe(to_child) != 0 || ::pipe(from_child) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(to_child[0], 0);
      ::dup2(from_child[1], 1);
      for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) ::close(end);
      const char* script = WYVERN_SOURCE_DIR "/tests/calibrations/archive_server.py";
      ::execlp("python3", "python3", script, folder_.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(to_child[0]);
    ::close(from_child[1]);
    lifeline_ = to_child[1];
    char byte = 0;
    while (::read(from_child[0], &byte, 1) == 1 && byte != '\n') port_ += byte;
    ::close(from_child[0]);
  }
  ~ArchiveServer() { stop(); }
  ArchiveServer(const ArchiveServer&) = delete;
  ArchiveServer& operator=(const ArchiveServer&) = delete;

  void stop() {
    if (child_ <= 0) return;
    ::close(lifeline_);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }

  bool runs() const { return !port_.empty(); }
  std::string url() const { return "http://127.0.0.1:" + port_; }
  void fail(const std::string& how) const { std::ofstream(folder_ / "mode") << how; }
  // Where a calibration of that type belongs.
  std::string place(const std::string& type, const std::string& name) const {
    std::filesystem::create_directories(folder_ / "files" / type);
    return (folder_ / "files" / type / name).string();
  }
  std::string uploaded(const std::string& name) const {
    return (folder_ / "uploads" / name).string();
  }

  // What it was asked, in order; forgets it.
  std::vector<nlohmann::json> requests() const {
    std::vector<nlohmann::json> found;
    std::ifstream log(folder_ / "log");
    for (std::string line; std::getline(log, line);) found.push_back(nlohmann::json::parse(line));
    std::filesystem::remove(folder_ / "log");
    return found;
  }

 private:
  std::filesystem::path folder_;
  std::string port_;
  pid_t child_ = 0;
  int lifeline_ = -1;
};

}  // namespace wyvern::testing
