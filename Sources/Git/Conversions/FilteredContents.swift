// Reads the bytes that git would check out for small files, with one `git cat-file` for many of them. A checkout would make a
// file, and directories, for each, only to be moved. Files for which this does not work are left to `FilteredCheckout`.

import FileSystem

struct FilteredContents {
  private static let fileLimit = 1 << 20
  /// How many bytes are asked for at once.
  private static let batchLimit = 8 << 20

  let git: GitProgram
  let database: ObjectDatabase
  /// A path without an index, so that git spends no time on reading one.
  let noIndex: BytePath

  /// - Parameters:
  ///   - attributes: the index's `.gitattributes`, which count if the working tree has none. `git cat-file` does not know
  ///     them, so in that case nothing is read.
  ///   - body: gets the files that could be read.
  /// - Returns: the other files.
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

  /// Whether a file can be asked for by one line: the object, a space, the path.
  private func isFit(_ write: PlannedWrite) throws -> Bool {
    let path = write.path.bytes
    let space: Set<UInt8> = [0x20, 0x09]
    guard write.entry.mode == .regular || write.entry.mode == .executable, !path.contains(0x0A),
      path.last != 0x0D, let first = path.first, !space.contains(first)
    else { return false }
    return try database.byteCount(of: write.entry.id) <= Self.fileLimit
  }

  /// The paths with a filter program. A checkout passes many of them to the program at once, and its output may be large.
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

  /// Git reports the size before the conversion. So the end of each file is marked by asking for an object that cannot exist.
  private static let end = "checkpoint-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"

  /// nil if git fails: a checkout gives a better error.
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

  /// Where the files are in the answer; fewer than in the batch if the answer has another form.
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

  /// - Parameter expected: the position if no conversion changed the size.
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
