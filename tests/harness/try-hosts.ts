import { PORT } from "../../packages/host/test/network/world.ts";

/** A program of a guest that says of each host whether it echoes, is closed, or has no address. */
export const TRY_HOSTS = `
import socket, sys
def attempt(host):
    try:
        with socket.create_connection((host, ${PORT}), 20) as connection:
            connection.sendall(b"echo")
            return connection.recv(4).decode()
    except socket.gaierror:
        return "unknown"
    except OSError:
        return "closed"
print(*[attempt(host) for host in sys.argv[1:]])
`;
