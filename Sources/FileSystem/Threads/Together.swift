// The same done with each of many values, by several threads at once.

import Glibc

package enum Together {
  /// So many are given to a thread at a time.
  private static let sliceCount = 32

  /// - Parameters:
  ///   - makeWorker: called once on each thread.
  ///   - deliver: gets each result with the number of its value, in the values' order, on the calling thread.
  package static func work<Input: Sendable, Output: Sendable>(
    on values: [Input], makeWorker: @escaping @Sendable () throws -> (Input) throws -> Output,
    deliver: (Int, Output) throws -> Void
  ) throws {
    if values.count <= sliceCount {
      let worker = try makeWorker()
      for (index, value) in values.enumerated() {
        try Interruption.check()
        try deliver(index, worker(value))
      }
      return
    }
    try withoutActuallyEscaping(deliver) { deliver in
      try OrderedWork<ArraySlice<Input>, [Output]>.run(
        workers: max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
        makeWorker: {
          let worker = try makeWorker()
          return { slice in try slice.map(worker) }
        },
        deliver: { slice, outputs in
          for (index, output) in outputs.enumerated() { try deliver(slice * sliceCount + index, output) }
        },
        giving: { work in
          for start in stride(from: 0, to: values.count, by: sliceCount) {
            try work.submit(values[start..<min(start + sliceCount, values.count)])
          }
        })
    }
  }
}
