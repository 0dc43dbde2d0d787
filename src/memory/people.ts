import { lmsMembers, member, organization, user } from "../identity/schema.ts";
import type { Role } from "../kernel/permission.ts";
import type { Host } from "../kernel/ports.ts";

type NewOrganization = { name: string; slug: string; id?: string };
type NewMember = {
  orgId: string;
  name: string;
  roles: readonly Role[];
  id?: string;
  email?: string;
};

/** Who there is: an embedding system has its own organizations and people, the core its copy of them. */
export const people = (host: Host) => ({
  async addOrganization({ name, slug, id = host.id() }: NewOrganization): Promise<{ id: string }> {
    const { db, batch } = host.databaseFor(id);
    await batch([
      db.insert(organization).values({ id, name, slug, createdAt: new Date(host.now()) }),
    ]);
    return { id };
  },
  async addMember({
    orgId,
    name,
    roles,
    id = host.id(),
    email = `${id}@people.invalid`,
  }: NewMember): Promise<{ id: string }> {
    const { db, batch } = host.databaseFor(orgId);
    const now = host.now();
    const at = { createdAt: new Date(now), updatedAt: new Date(now) };
    await batch([
      db.insert(user).values({ id, name, email, ...at }),
      db.insert(member).values({
        id: host.id(),
        organizationId: orgId,
        userId: id,
        role: roles.join(","),
        createdAt: at.createdAt,
      }),
      db.insert(lmsMembers).values({
        id: host.id(),
        organizationId: orgId,
        userId: id,
        displayName: name,
        email,
        roles: [...roles],
        preferences: {},
        version: 0,
        createdAt: now,
        updatedAt: now,
      }),
    ]);
    return { id };
  },
});
