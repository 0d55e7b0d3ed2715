// The data sources of one checkpoint: their moments are fixed side by side, so that they are as close as may be, and each
// is copied from its own.

import ChunkStore
import FileSystem

struct SourceCaptures {
  private typealias Opened = (snapshot: any DataSourceSnapshot, at: Double)

  /// What became of one source.
  struct Captured: Sendable {
    var name: String
    var record: SourceRecord
    /// From when the moments began to be fixed.
    var seconds: Double
  }

  private let began = MonotonicTime.now
  private let openings: [(name: String, snapshot: Pending<Opened>)]
  private var copies: [Pending<Captured>] = []

  /// Begins to fix the moments.
  init(_ sources: [any DataSource]) {
    openings = sources.map { source in
      (source.name, Pending { (try source.openSnapshot(), MonotonicTime.now) })
    }
  }

  /// Waits until every moment is fixed, also when one fails.
  /// - Returns: the seconds between the first and the last, where there are several.
  func spread() throws -> Double? {
    let results = openings.map { opening in Result { try opening.snapshot.get() } }
    let times = try results.map { try $0.get().at }
    return times.count > 1 ? (times.max() ?? 0) - (times.min() ?? 0) : nil
  }

  /// Tells once all moments are fixed, or one could not be.
  func tell(_ receive: @escaping @Sendable ((any Error)?) -> Void) {
    let openings = openings
    Threads.detach {
      let results = openings.map { opening in Result { try opening.snapshot.get() } }
      do {
        for result in results { _ = try result.get() }
        receive(nil)
      } catch { receive(error) }
    }
  }

  /// Begins to copy each source once its moment is fixed.
  mutating func start(into session: ChunkSession, _ progress: any ProgressReporter) {
    let began = began
    copies = openings.map { name, opening in
      Pending {
        let record = try opening.get().snapshot.capture(into: session, progress: progress)
        return Captured(name: name, record: record, seconds: MonotonicTime.now - began)
      }
    }
  }

  /// Waits for every copy, also when one fails.
  func results() throws -> [Captured] {
    let results = copies.map { copy in Result { try copy.get() } }
    return try results.map { try $0.get() }
  }
}
