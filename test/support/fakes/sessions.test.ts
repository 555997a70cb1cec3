import { sessionsContract } from '../sessions.contract.ts';
import { fakeSessions } from './sessions.ts';

sessionsContract('the fake', async () => fakeSessions());
