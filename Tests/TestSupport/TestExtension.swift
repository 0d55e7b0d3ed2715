// An extension of a test's own, with a table of settings to which users add rows. The server reads extensions
// from its own directory only, so this needs the right to write there; it is gone with the value.

import FileSystem
import Glibc

package final class TestExtension: Sendable {
  package static let whyNot = "this needs the right to write into the server's directory of extensions"

  package static var isPossible: Bool {
    ServerFeature.extensions.map { path in path.withCString { access($0, W_OK) == 0 } } ?? false
  }

  package let name: String
  private let files: [BytePath]

  /// - Parameter number: distinguishes it from those of other tests in this process.
  package init(_ number: Int) throws {
    name = "checkpoint_test_\(getpid())_\(number)"
    let directory = ServerFeature.extensions ?? "/"
    files = [directory.appending("\(name).control"), directory.appending("\(name)--1.0.sql")]
    try write(
      files[0], "comment = 'of a test'\ndefault_version = '1.0'\nrelocatable = true\ntrusted = true\n")
    try write(
      files[1],
      """
      CREATE TABLE options_of_test (key text PRIMARY KEY, value text, is_own boolean DEFAULT true);
      CREATE TABLE inner_of_test (n int); INSERT INTO inner_of_test VALUES (1);
      CREATE SEQUENCE numbers_of_test; GRANT ALL ON options_of_test, inner_of_test, numbers_of_test TO PUBLIC;
      INSERT INTO options_of_test VALUES ('built in', 'x', false);
      SELECT pg_catalog.pg_extension_config_dump('options_of_test', 'WHERE is_own');
      SELECT pg_catalog.pg_extension_config_dump('numbers_of_test', '');

      """)
  }

  private func write(_ path: BytePath, _ text: String) throws {
    try TemporaryDirectory.write(path, Array(text.utf8), permissions: 0o644)
  }

  /// As if the user had uninstalled it.
  package func uninstall() { for file in files { try? FileTree.remove(file) } }

  deinit { uninstall() }
}
