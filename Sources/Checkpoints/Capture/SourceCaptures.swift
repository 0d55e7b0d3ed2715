// The data sources of one checkpoint. Their moments are fixed side by side, as close together as possible, and each source
// is copied as it was at its own moment.

import ChunkStore
import FileSystem

struct SourceCaptures {
  private typealias Opened = (snapshot: any DataSourceSnapshot, at: Double)

  /// The result of one source.
  struct Captured: Sendable {
    var name: String
    var record: SourceRecord
    /// Since fixing the moments began.
    var seconds: Double
  }

  private let began = MonotonicTime.now
  private let openings: [(name: String, snapshot: Pending<Opened>)]
  private var copies: [Pending<Captured>] = []

  /// Starts fixing the moments.
  init(_ sources: [any DataSource]) {
    openings = sources.map { source in
      (source.name, Pending { (try source.openSnapshot(), MonotonicTime.now) })
    }
  }

  /// Waits until every moment is fixed, even if one fails.
  /// - Returns: the seconds between the first and the last; nil unless there are several.
  func spread() throws -> Double? {
    let results = openings.map { opening in Result { try opening.snapshot.get() } }
    let times = try results.map { try $0.get().at }
    return times.count > 1 ? (times.max() ?? 0) - (times.min() ?? 0) : nil
  }

  /// Calls `receive` once all moments are fixed, or one has failed.
  func notifyWhenFixed(_ receive: @escaping @Sendable ((any Error)?) -> Void) {
    let openings = openings
    Threads.detach {
      let results = openings.map { opening in Result { try opening.snapshot.get() } }
      do {
        for result in results { _ = try result.get() }
        receive(nil)
      } catch { receive(error) }
    }
  }

  /// Starts copying each source once its moment is fixed.
  mutating func start(into session: ChunkSession, _ progress: any ProgressReporter) {
    let began = began
    copies = openings.map { name, opening in
      Pending {
        let record = try opening.get().snapshot.capture(into: session, progress: progress)
        return Captured(name: name, record: record, seconds: MonotonicTime.now - began)
      }
    }
  }

  /// Waits for every copy, even if one fails.
  func results() throws -> [Captured] {
    let results = copies.map { copy in Result { try copy.get() } }
    return try results.map { try $0.get() }
  }
}
