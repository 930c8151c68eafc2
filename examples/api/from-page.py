#!/usr/bin/env python3
"""Makes a program of the calls in docs/api.md, which makes each of them once and compares its status with the one on the page.

    from-page.py python|js|go PAGE SOCKET    prints the program
"""
import re
import sys

language, page, socket = sys.argv[1:]
reference = open(page, encoding='utf-8').read().split('\n## Reference\n')[1]


def block(text):
    return re.search(r'```%s\n(.*?)\n```' % language, text, re.DOTALL).group(1)


parts = re.split(r'\n#### (\w+/\w+)\n', reference)
beginning = block(parts[0]).replace('unix:/run/weft/control.sock', 'unix:' + socket)
calls = []
for name, text in zip(parts[1::2], parts[2::2]):
    status = re.search(r'; this call: `(\w+)`', text)
    calls.append((name, status.group(1) if status else 'OK', block(text)))

PYTHON = '''
import signal
import sys

def too_late(*_):
    raise TimeoutError

signal.signal(signal.SIGALRM, too_late)
made = faults = 0

def make(name, wanted, code):
    global made, faults
    signal.alarm(10 if wanted != 'DEADLINE_EXCEEDED' else 1)
    try:
        exec(code, globals())
        status = 'OK'
    except grpc.RpcError as error:
        status = error.code().name
    except TimeoutError:
        status = 'DEADLINE_EXCEEDED'
    signal.alarm(0)
    made += 1
    if status != wanted:
        faults += 1
        print(name, status, 'expected', wanted, file=sys.stderr)

%s
print('python:', made, 'calls,', faults, 'faults')
sys.exit(faults > 0)
'''

NODE = '''
(async () => {
  let made = 0, faults = 0;
  async function make(name, wanted, call) {
    const status = await new Promise(resolve => {
      setTimeout(() => resolve('DEADLINE_EXCEEDED'), wanted === 'DEADLINE_EXCEEDED' ? 1000 : 10000);
      call(error => resolve(error ? grpc.status[error.code] : 'OK'));
    });
    made++;
    if (status !== wanted) {
      faults++;
      console.error(name, status, 'expected', wanted);
    }
  }
%s
  console.log('node:', made, 'calls,', faults, 'faults');
  process.exit(faults > 0 ? 1 : 0);
})();
'''

GO = '''
	made, faults := 0, 0
	begin := ctx
	try := func(name, wanted string, call func(context.Context) error) {
		limit := 10 * time.Second
		if wanted == "DEADLINE_EXCEEDED" {
			limit = time.Second
		}
		ctx, cancel := context.WithTimeout(begin, limit)
		defer cancel()
		made++
		code, ok := map[codes.Code]string{codes.OK: "OK", codes.InvalidArgument: "INVALID_ARGUMENT", codes.DeadlineExceeded: "DEADLINE_EXCEEDED",
			codes.FailedPrecondition: "FAILED_PRECONDITION"}[status.Code(call(ctx))]
		if !ok || code != wanted {
			faults++
			log.Print(name, " ", code, " expected ", wanted)
		}
	}
%s
	fmt.Println("go:", made, "calls,", faults, "faults")
	if faults > 0 {
		os.Exit(1)
	}
}
'''


def indented(text, by):
    return '\n'.join(by + line for line in text.split('\n'))


if language == 'python':
    print(beginning)
    print(PYTHON % '\n'.join('make(%r, %r, %r)' % call for call in calls))
elif language == 'js':
    print(beginning)
    print(NODE % '\n'.join("  await make('%s', '%s', done => {\n%s\n  });" % (name, status, indented(code, '    '))
                           for name, status, code in calls))
else:
    imports, statements = beginning.split('\n// in main:\n')
    imports = imports.replace('import (\n', 'import (\n\t"fmt"\n\t"os"\n').replace(
        '\t"google.golang.org/protobuf', '\t"google.golang.org/grpc/codes"\n\t"google.golang.org/grpc/status"\n\t"google.golang.org/protobuf')
    print('package main\n\n' + imports + '\n\nfunc main() {\n' + indented(statements.replace('10*time', '300*time'), '\t'))
    print(GO % '\n'.join('\ttry("%s", "%s", func(ctx context.Context) error {\n%s\n\t\t_ = answer\n\t\treturn err\n\t})'
                         % (name, status, indented(code, '\t\t')) for name, status, code in calls))
