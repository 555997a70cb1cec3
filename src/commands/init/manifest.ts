import { USUAL_MANIFESTS } from '../../project/project.ts';
import type { Part, Seen } from './part.ts';

/** Folders that sites are made of, and where pictures usually are in them. */
const PICTURE_FOLDERS = [
  ['public', 'public/images'],
  ['static', 'static/images'],
  ['src/assets', 'src/assets/images'],
  ['assets', 'assets/images'],
] as const;

/** A manifest that can be planned at once; none where there is one of any kind. */
export const manifest: Part = {
  async wants(seen) {
    for (const name of USUAL_MANIFESTS) {
      const text = await seen.here.text(name);
      if (text !== null) return [{ from: 'here', path: name, text }];
    }
    return [{ from: 'here', path: 'pixtab.yaml', text: await manifestFor(seen) }];
  },
};

const manifestFor = async (
  seen: Seen,
): Promise<string> => `# yaml-language-server: $schema=${await schemaFor(seen)}
# pixtab plan says what these pictures cost, pixtab apply buys what is not there yet.
defaults:
  style: flat vector drawing, two colours
  out: "${await pictureFolder(seen)}/{id}.webp"
images:
  - id: hero
    prompt: a lighthouse at dusk
    aspect: "16:9"
`;

/** A project with packages has pixtab among them; others take the schema of this version from where npm's packages are shown. */
async function schemaFor({ here, version }: Seen): Promise<string> {
  const path = 'pixtab/schema/pixtab.schema.json';
  const isPackage = (await here.kindOf('package.json')) === 'file';
  return isPackage ? `./node_modules/${path}` : `https://unpkg.com/${path.replace('/', `@${version}/`)}`;
}

async function pictureFolder({ here }: Seen): Promise<string> {
  for (const [folder, pictures] of PICTURE_FOLDERS)
    if ((await here.kindOf(folder)) === 'other') return pictures;
  return 'images';
}
