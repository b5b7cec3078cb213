/** Runs before each browser test file: the files share one origin, and none may meet what another left there. */
export {};

localStorage.clear();
sessionStorage.clear();
for (const { name } of await indexedDB.databases()) {
  if (!name) continue;
  await new Promise<void>((done, fail) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => done();
    request.onerror = () => fail(request.error);
  });
}
for (const name of await caches.keys()) await caches.delete(name);
