// SPDX-FileCopyrightText: The Linnet authors
// SPDX-License-Identifier: Apache-2.0
// linnet_air DIR: the air and the radios of a twin; `linnet twin up` starts it.
#include <sys/stat.h>

#include <exception>
#include <filesystem>
#include <iostream>

#include "twin/air_process/server.hpp"

int main(int argc, char** argv) {
  if (argc != 2 || argv[1][0] == '-') {
    std::cerr << "usage: linnet_air DIR\n"
                 "The air and the radios, with their sockets in DIR; drive it with `linnet air`.\n";
    return 2;
  }
  ::umask(077);  // passphrases lie there
  try {
    std::filesystem::create_directories(argv[1]);
    std::filesystem::permissions(argv[1], std::filesystem::perms::owner_all);
    linnet::air::Server server(argv[1], std::cout);
    server.Run();
  } catch (const std::exception& error) {
    std::cerr << "linnet_air: " << error.what() << std::endl;
    return 1;
  }
  return 0;
}
