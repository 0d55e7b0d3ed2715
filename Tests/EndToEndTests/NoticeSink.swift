// Where notices arrive: a web server and a mail server on loopback, which write down what they get, and answer as a test wants.

import FileSystem
import Glibc
import TestSupport

final class NoticeSink {
  private static let script = """
    socket, sys, threading = map(__import__, ('socket', 'sys', 'threading'))
    http = __import__('http.server')
    directory, refusals = sys.argv[1], int(sys.argv[2])
    left = [refusals]
    lock = threading.Lock()

    class Web(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers['Content-Length'])).decode()
            with lock:
                left[0] -= 1
                status = 503 if left[0] >= 0 else 302 if 'moved' in self.path else 200
                with open(directory + '/web', 'a') as file:
                    print(status, self.path, self.headers['Content-Type'], self.headers['Title'] or '-', body, file=file)
            self.send_response(status)
            self.end_headers()
        def log_message(self, *words): pass

    def mail(connection):
        file = connection.makefile('rw', newline='\\r\\n')
        def say(text):
            file.write(text + '\\n')
            file.flush()
        say('220 sink')
        lines, inside = [], False
        for line in file:
            line = line.rstrip()
            if inside:
                if line == '.':
                    inside = False
                    with open(directory + '/mail', 'a') as out: print('\\n'.join(lines), file=out)
                    say('250 taken')
                else: lines.append(line)
            elif line.startswith('RCPT') and refusals: say('550 no such user here')
            elif line == 'DATA':
                inside = True
                say('354 go on')
            elif line == 'QUIT':
                say('221 bye')
                return
            else: say('250 fine')

    web = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Web)
    box = socket.create_server(('127.0.0.1', 0))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    with open(directory + '/ports', 'w') as file: print(web.server_port, box.getsockname()[1], file=file)
    print('ready', flush=True)
    while True:
        connection, _ = box.accept()
        threading.Thread(target=mail, args=(connection,), daemon=True).start()
    """

  private let directory: TemporaryDirectory
  private let server: RunningProgram
  let webPort: Int
  private let mailPort: Int

  /// - Parameter refusals: so many requests are refused at first; any number refuses every mail.
  init(refusals: Int = 0) throws {
    directory = try TemporaryDirectory()
    server = try Program.start(
      ["python3", "-u", "-c", BytePath(Self.script), directory.path, BytePath("\(refusals)")],
      environment: ["PATH": "/usr/bin:/bin"], directory: directory.path)
    try server.waitForOutput("ready\n")
    let ports = String(decoding: try FileTree.readAll(directory.appending("ports")), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    guard ports.count == 2 else { throw ProgramFailure("the sink does not say where it is") }
    (webPort, mailPort) = (ports[0], ports[1])
  }

  /// What came, line by line.
  func lines(_ name: BytePath) throws -> [String] {
    let bytes = try FileTree.readIfThere(directory.appending(name)) ?? []
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// A program `sendmail` that delivers here.
  func sendmail(in programs: BytePath) throws {
    let text = """
      #!/bin/sh
      exec curl -sS --crlf --mail-from me@example.org --mail-rcpt you@example.org -T - smtp://127.0.0.1:\(mailPort)

      """
    try TemporaryDirectory.write(programs.appending("sendmail"), Array(text.utf8), permissions: 0o755)
  }
}
