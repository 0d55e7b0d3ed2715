// Tests with a server: they are left out on a machine without one.

import TestSupport
import Testing

/// For tests that start a server, and wait for it most of the time.
struct NeedsPostgreSQL: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func prepare(for test: Test) async throws {
    let condition = ConditionTrait.enabled(
      if: PostgresServer.isInstalled, Comment(rawValue: PostgresServer.whyNot))
    try await condition.prepare(for: test)
  }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await WaitingTests().provideScope(for: test, testCase: testCase, performing: function)
  }
}

extension Trait where Self == NeedsPostgreSQL {
  static var needsPostgreSQL: Self { NeedsPostgreSQL() }
}
