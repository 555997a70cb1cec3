import { ProtocolError, ProtocolErrorCode, type McpServer } from '@modelcontextprotocol/server';
import type { AgentAbilities, AgentResource } from '../../ports/index.ts';

export type Server = McpServer['server'];

/** Loaded at the first question. */
export type Abilities = () => Promise<AgentAbilities>;

export const invalid = (message: string): ProtocolError =>
  new ProtocolError(ProtocolErrorCode.InvalidParams, message);

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export const resourceFor = ({ uri, name, about, mimeType, size }: AgentResource) => ({
  uri,
  name,
  description: about,
  mimeType,
  ...(size !== undefined && { size }),
});
