import { queryHandlers } from "../../../src/index.ts";

describe("Query Handlers", () => {
  it("should list published courses for non-admin users", async () => {
    const mockResults = [
      { id: "course-1", title: "Course 1", status: "published" },
    ];
    const mockDb = {
      select: vi.fn().mockReturnThis(),
      from: vi.fn().mockReturnThis(),
      where: vi.fn().mockReturnThis(),
      orderBy: vi.fn().mockReturnThis(),
      limit: vi.fn().mockReturnThis(),
      offset: vi.fn().mockResolvedValue(mockResults),
    };

    const ctx = {
      actor: {
        id: "user-1",
        roles: ["learner"],
        orgId: "org-1",
        type: "human",
      },
      org: { id: "org-1", slug: "test-org", settings: {} },
      db: mockDb,
    };

    const query = {
      type: "lms.courses.list",
      params: { page: 1, limit: 20 },
      actorId: "user-1",
      orgId: "org-1",
    };

    const handler = queryHandlers.get("lms.courses.list")!;
    const result = await handler(query, ctx as any);

    expect(result.data).toEqual(mockResults);
  });
});
