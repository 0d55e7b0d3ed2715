// Small files as git would check them out, as bytes: one `git cat-file` for many of them, where a checkout would make a
// file and a directory for each, only to be moved. What it cannot do is left to `FilteredCheckout`.

import FileSystem

struct FilteredContents {
  private static let fileLimit = 1 << 20
  /// Bytes that are asked for at once.
  private static let batchLimit = 8 << 20

  let git: GitProgram
  let database: ObjectDatabase
  /// Where there is no index, so that nobody spends time on reading one.
  let noIndex: BytePath

  /// - Parameters:
  ///   - attributes: files of the index that count where the working tree has none. Of those this way knows nothing.
  ///   - body: gets the files that this way is fit for.
  /// - Returns: the others.
  func read(
    _ writes: [PlannedWrite], attributes: [PlannedWrite],
    _ body: (PlannedWrite, UnsafeRawBufferPointer) throws -> Void
  ) throws -> [PlannedWrite] {
    let hasAll = attributes.allSatisfy { attribute in
      let path = git.directory.appending(attribute.path)
      return (try? FileTree.status(path))??.kind == .regular && FileTree.isReadable(path)
    }
    if !hasAll { return writes }
    let fit = try writes.filter { try isFit($0) }
    let filtered = try filtered(fit.map(\.path))
    let wanted = fit.filter { !filtered.contains($0.path) }
    var done: Set<BytePath> = []
    for batch in try batches(wanted) {
      guard let answer = try answer(to: batch) else { continue }
      try answer.withUnsafeBytes { bytes in
        for (write, range) in zip(batch, ranges(of: batch, in: bytes)) {
          try body(write, UnsafeRawBufferPointer(rebasing: bytes[range]))
          done.insert(write.path)
        }
      }
    }
    return done.isEmpty ? writes : writes.filter { !done.contains($0.path) }
  }

  /// One line asks for one file: the object, a space, the path.
  private func isFit(_ write: PlannedWrite) throws -> Bool {
    let path = write.path.bytes
    let space: Set<UInt8> = [0x20, 0x09]
    guard write.entry.mode == .regular || write.entry.mode == .executable, !path.contains(0x0A),
      path.last != 0x0D, let first = path.first, !space.contains(first)
    else { return false }
    return try database.byteCount(of: write.entry.id) <= Self.fileLimit
  }

  /// Those with a filter program: a checkout feeds many of them at once to it, and what comes out may be large.
  private func filtered(_ paths: [BytePath]) throws -> Set<BytePath> {
    if paths.isEmpty { return [] }
    var process = git.subprocess(["check-attr", "-z", "--stdin", "filter"])
    process.indexFile = noIndex
    // Path, attribute and value.
    let answers = try process.output(input: paths.nulTerminated).split(separator: 0)
    guard answers.count == 3 * paths.count else { return Set(paths) }
    return Set(
      stride(from: 0, to: answers.count, by: 3).filter { index in
        !answers[index + 2].elementsEqual("unspecified".utf8)
          && !answers[index + 2].elementsEqual("unset".utf8)
      }
      .map { BytePath(answers[$0]) })
  }

  private func batches(_ writes: [PlannedWrite]) throws -> [[PlannedWrite]] {
    var batches: [[PlannedWrite]] = []
    var room = 0
    for write in writes {
      let byteCount = try database.byteCount(of: write.entry.id)
      if byteCount > room || batches.isEmpty {
        batches.append([])
        room = Self.batchLimit
      }
      batches[batches.count - 1].append(write)
      room -= byteCount
    }
    return batches
  }

  // MARK: Git's answers

  /// Git tells how long a file was before it was converted, so the end of each is marked by a question for what nobody has.
  private static let end = "checkpoint-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"

  /// nil where git refuses: a checkout says more precisely why.
  private func answer(to batch: [PlannedWrite]) throws -> [UInt8]? {
    let questions = batch.reduce(into: [UInt8]()) { lines, write in
      lines += Array("\(write.entry.id) ".utf8) + write.path.bytes + Array("\n\(Self.end) -\n".utf8)
    }
    do {
      return try git.run(["cat-file", "--batch", "--filters"], input: questions)
    } catch is SubprocessError {
      return nil
    }
  }

  /// Where the files are in the answer; fewer than the batch has where it is not understood.
  private func ranges(of batch: [PlannedWrite], in answer: UnsafeRawBufferPointer) -> [Range<Int>] {
    let end = Array("\n\(Self.end) missing\n".utf8)
    var (ranges, start): ([Range<Int>], Int) = ([], 0)
    for write in batch {
      let head = "\(write.entry.id) blob "
      guard let line = answer[start...].firstIndex(of: 0x0A),
        String(decoding: answer[start..<line], as: UTF8.self).hasPrefix(head),
        let count = Int(String(decoding: answer[(start + head.utf8.count)..<line], as: UTF8.self)),
        let finish = position(of: end, in: answer, from: line + 1, expected: line + 1 + count)
      else { return ranges }
      ranges.append((line + 1)..<finish)
      start = finish + end.count
    }
    return start == answer.count ? ranges : []
  }

  /// - Parameter expected: where it is unless a conversion changed the length.
  private func position(
    of mark: [UInt8], in answer: UnsafeRawBufferPointer, from start: Int, expected: Int
  ) -> Int? {
    if expected + mark.count <= answer.count,
      answer[expected..<(expected + mark.count)].elementsEqual(mark)
    {
      return expected
    }
    var next = start
    while next + mark.count <= answer.count,
      let newline = answer[next...].firstIndex(of: 0x0A), newline + mark.count <= answer.count
    {
      if answer[newline..<(newline + mark.count)].elementsEqual(mark) { return newline }
      next = newline + 1
    }
    return nil
  }
}
